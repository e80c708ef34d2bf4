"""Who gets which car: matching waiting applications with free vehicles, and the offers that follow."""
