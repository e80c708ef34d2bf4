"""Turns a fresh Debian machine into a running or tested MRA.

Standard library only: these modules run before the project's own environment exists.
"""
