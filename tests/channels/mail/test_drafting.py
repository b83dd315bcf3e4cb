"""A draft of a template reads the very mail that it was drafted from, once it is put among the templates."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from localcare.channels.mail.drafting import draft_template
from localcare.channels.mail.letter import Letter, read_letter
from localcare.channels.mail.reading import read_notification
from localcare.channels.mail.templates import SHIPPED, Template, Templates, load_templates
from tests.channels.mail.letters import letter
from tests.conftest import NOW

PAGE = "Pellora Memorial City"


def drafted(mail: Letter) -> Template:
    (row,) = yaml.safe_load(draft_template(mail, ["Pellora", PAGE]))
    return Template.model_validate(row)


@pytest.mark.parametrize(
    ("subject", "text", "author", "words"),
    [
        (
            f"Zoe Becker lobt {PAGE}",
            f"Zoe Becker lobt {PAGE}.\nSehr geduldig.\nEmpfehlung ansehen",
            "Zoe Becker",
            "Sehr geduldig.",
        ),
        (
            f"Kai anbefaler {PAGE}",
            f"Kai anbefaler {PAGE}\nRart sted, og meget hurtigt\nSe anbefaling",
            "Kai",
            "Rart sted, og meget hurtigt",
        ),
    ],
)
def test_a_draft_reads_the_mail_it_came_from(subject: str, text: str, author: str, words: str) -> None:
    mail = read_letter(letter(subject, text))
    known = load_templates(SHIPPED)
    assert isinstance(read_notification(mail, known, received_at=NOW), str)
    taught = Templates.model_validate(known.model_dump() | {"templates": [drafted(mail).model_dump()]})
    told = read_notification(mail, taught, received_at=NOW)
    assert not isinstance(told, str), told
    assert (told.author, told.page_name, told.text) == (author, PAGE, words)


def test_a_mail_about_nobody_is_drafted_without_a_name() -> None:
    mail = read_letter(letter("Your weekly Page update", "Your Page had 12 visits"))
    (row,) = yaml.safe_load(draft_template(mail, []))
    assert row["subject"] == ["Your weekly Page update"]


@settings(max_examples=150)
@given(st.text(max_size=80), st.lists(st.text(max_size=60), max_size=2), st.lists(st.text(max_size=12), max_size=3))
def test_any_mail_has_a_draft(subject: str, views: list[str], names: list[str]) -> None:
    mail = Letter("a@facebookmail.com", subject, "", None, tuple(views), (), ())
    (row,) = yaml.safe_load(draft_template(mail, names))
    assert set(row) == {"name", "kind", "subject", "body", "links"}
