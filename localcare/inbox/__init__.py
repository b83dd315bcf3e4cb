"""Where people work: lists, the case page, claim, hand over, resolve, and what needs me now."""
