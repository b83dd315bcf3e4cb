"""The directory as its keepers see it: find stores, see one with its history, change it after a look, decide conflicts.

`routes` has the router; `cartography` is the map's geometry. Auditors read, administrators change.
"""
