"""Members, pledges, agreements; municipalities of Japan and their postal codes."""
