"""One flood, told once: invented people at real places, of any size, the same for the same seed.

The same story feeds the demo, the journeys and the benchmarks.
"""
