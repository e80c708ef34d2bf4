"""Who needs a car: applications, drivers, car requests, and the order in which they wait."""
