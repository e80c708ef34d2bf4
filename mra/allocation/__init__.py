"""Matching waiting requests to free vehicles; offers and their answers."""
