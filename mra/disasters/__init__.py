"""Disasters, the activations that answer them, their bases and their lending terms."""
