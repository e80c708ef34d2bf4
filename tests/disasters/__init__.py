"""The tests of disasters."""
