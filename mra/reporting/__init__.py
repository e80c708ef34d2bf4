"""Reports that can be shown to a municipality: counts and registers, read only."""
