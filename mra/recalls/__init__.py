"""Campaigns that bring cars on return-on-disaster leases back to a base within the days of their contracts."""
