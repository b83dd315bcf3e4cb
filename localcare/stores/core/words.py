"""Everyday words that are a slip away from some town's name."""

COMMON_WORDS = frozenset(
    """
    about after again always another around before being better between breakfast burger called cannot cashier coffee counter
    could cream crispy customer dinner dirty disgusting drive every family favorite first friendly fries great happy hours
    https house kitchen large later little location lobby lunch manager maybe mcdonalds might minutes money never nothing
    often order other people place played please price quick really register restaurant right service should since slow
    small someone something staff still store street stuff super table taken terrible thank thanks their there these thing
    think three today waited waiting water where which while white whole woman women world worse worst would write wrong
    yesterday young
    """.split()
)
