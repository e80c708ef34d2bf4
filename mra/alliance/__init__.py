"""Members of the alliance, municipalities, agreements and pledges."""
