"""MRA: the platform on which donated cars are lent free of charge after a disaster."""
