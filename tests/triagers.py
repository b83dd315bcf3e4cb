"""One triager for all tests: it is pure, so sharing it hides nothing."""

from functools import cache

from localcare.triage.core import Triager
from localcare.triage.shipped import load_triager


@cache
def rules_only() -> Triager:
    """The shipped rules without the model: quick to load, and the same on every machine."""
    return load_triager(use_model=False)
