"""Names that would send everybody to one store are refused before they are kept."""

import pytest

from localcare.stores.core.alias_check import alias_complaint


@pytest.mark.parametrize(
    "words",
    ["the", "The Store", "Home Depot", "the Home Depot", "downtown", "my one", "in the", "la tienda", "5", "1234",
     "the mall", "x" * 81],
)  # fmt: skip
def test_a_name_of_every_store_is_refused(words: str) -> None:
    assert alias_complaint("nickname", words, brand_name="Home Depot")


@pytest.mark.parametrize(
    "words", ["the Galleria", "Kapolei Commons", "Tigger Depot", "the old Sears building", "La Plaza Vieja"]
)
def test_a_name_with_a_telling_word_is_kept(words: str) -> None:
    assert alias_complaint("nickname", words, brand_name="Home Depot") is None


def test_facts_are_no_names() -> None:
    assert alias_complaint("phone", "205 555 0100", brand_name="Home Depot") is None
