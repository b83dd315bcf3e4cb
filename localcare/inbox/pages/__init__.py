"""Typed contexts, one dataclass per template of templates/inbox, and how each is made from what the service found."""
