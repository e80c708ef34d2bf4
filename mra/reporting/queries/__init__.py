"""What the reports ask of the tables."""
