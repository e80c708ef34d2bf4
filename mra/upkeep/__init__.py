"""What keeps a car on the road: tyres, oil, maintenance tasks and what they cost."""
