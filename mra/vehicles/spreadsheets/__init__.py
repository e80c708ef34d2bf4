"""Spreadsheets of cars: reading a file, checking its rows, and the empty form to fill in."""
