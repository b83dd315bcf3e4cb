"""How often the resolver is right: texts with known truth made from real stores, facts that name one store, real reviews.

Nothing here knows how the resolver works: it asks questions and compares answers with what the directory says.
"""
