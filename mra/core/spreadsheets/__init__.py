"""Spreadsheets: reading files that people keep for themselves, and writing tables that come back unharmed."""
