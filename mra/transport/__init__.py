"""Cars on their way: transport jobs, the volunteers and firms that drive, expenses, arrivals."""
