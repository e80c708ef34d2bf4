"""The cars: kind, condition, place, papers and their expiry, availability."""
