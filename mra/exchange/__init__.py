"""Registers as spreadsheets: out to people's own tables and back, row by row."""
