"""Needs of an activation, calls on pledges, deliveries, the gap, and what could be brought where."""
