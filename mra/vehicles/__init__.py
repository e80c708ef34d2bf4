"""The cars: plates, identity, papers and their expiry, place and availability."""
