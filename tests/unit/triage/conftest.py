"""One triager of each sort for all tests of triage: they are pure, so sharing them hides nothing."""

import pytest

from localcare.triage.core import Triager
from localcare.triage.shipped import load_triager
from tests import triagers


@pytest.fixture(scope="session")
def triager() -> Triager:
    """Rules and model, as shipped."""
    return load_triager()


@pytest.fixture(scope="session")
def rules_only() -> Triager:
    """The shipped rules without the model."""
    return triagers.rules_only()
