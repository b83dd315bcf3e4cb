"""Measures of stores and their fair comparison, as pure functions. Read tally.py, then comparison.py."""
