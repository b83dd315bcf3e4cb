"""Who is named in a shout-out, and personal data that stands in public."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.triage.core.names import find_names
from localcare.triage.core.privacy import posted_personal_data
from localcare.triage.shipped import load_lexicon


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ana was amazing", ("Ana",)),
        ("Shout out to Mike at the Elm St store!", ("Mike",)),
        ("kudos to Keisha, Tom and Raj for the help", ("Keisha", "Tom", "Raj")),
        ("I was helped by Jamal today", ("Jamal",)),
        ("the manager Brenda made my day", ("Brenda",)),
        ("Thank you so much Priya!", ("Priya",)),
        ("Keandre went above and beyond", ("Keandre",)),
        ("ask for luis, he is the best", ("Luis",)),
        ("THANKS TO SARAH AND MIKE", ("Sarah", "Mike")),
        ("gracias a Luis por su paciencia", ("Luis",)),
        ("Me atendió Rosa y fue muy amable", ("Rosa",)),
        ("la empleada Lupe me ayudó mucho", ("Lupe",)),
        ("Everyone was great", ()),
        ("The store was clean", ()),
        ("Thank you Verizon", ()),
        ("Thanks for the help", ()),
        ("Gracias a todos", ()),
        ("Service was great on Monday", ()),
        ("gracias a Dios", ()),
        ("", ()),
    ],
)
def test_names_in_praise_are_found_and_other_capitals_are_not(text: str, names: tuple[str, ...]) -> None:
    lexicon = load_lexicon()
    assert find_names(text, known=lexicon.first_names, never=lexicon.never_names) == names


@given(st.text(max_size=300))
def test_any_text_can_be_searched_for_names_and_personal_data(text: str) -> None:
    lexicon = load_lexicon()
    find_names(text, known=lexicon.first_names, never=lexicon.never_names)
    posted_personal_data(text)


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        ("my social is 219-09-9999", True),
        ("card 4111 1111 1111 1111 was charged", True),
        ("call me at (555) 010-1234 please", True),
        ("my email is ana.b@example.com", True),
        ("My account number is 884512345 fix it", True),
        ("mi número es 555-010-1234", True),
        ("order 4111 1111 1111 1112 is late", False),
        ("your store at 555-010-1234 never answers", False),
        ("$1,000 for 2 phones on 11-22-2026", False),
        ("store 04123, Austin TX 78750", False),
        ("0000 0000 0000 0000", False),
        ("write to care@example.com", False),
    ],
)
def test_the_customers_own_data_is_noticed_and_public_data_is_not(text: str, posted: bool) -> None:
    assert (posted_personal_data(text) is not None) is posted
