"""The mails themselves, word for word: `REGOLD=1 pytest tests/unit/digests/test_golden.py` writes them anew to be read."""

import os
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import html5lib
import pytest

from localcare.digests.build_mail import compile_mail, sources
from localcare.digests.core import build_digest
from localcare.digests.core.alert import build_alert
from localcare.digests.core.page_alert import PageTrouble, build_page_alert
from localcare.digests.emails import (
    AlertLetter,
    DigestLetter,
    PageAlertLetter,
    build_alert_mail,
    build_digest_mail,
    build_page_alert_mail,
)
from localcare.kit.mail import Mail, build_message
from tests.unit.digests.samples import ANA, DANGER, ENVELOPE, FACTS, NOW, RISKS, TOLD, TOPICS

GOLDEN = Path(__file__).parents[2] / "golden"


def digest_mail() -> Mail:
    content = build_digest(FACTS, TOPICS)
    assert content is not None
    return build_digest_mail(DigestLetter(content, ANA), ENVELOPE)


def alert_mail() -> Mail:
    return build_alert_mail(AlertLetter(build_alert(DANGER, RISKS, TOLD, now=NOW), ANA), ENVELOPE)


def page_alert_mail() -> Mail:
    dead = "Facebook does not take the token: the person who had connected it changed the password."
    names = (
        "Pellora Katy Mills",
        "Pellora Memorial City",
        "Pellora Baytown",
        "Pellora Waco",
        "Pellora Tyler",
        "Pellora Dayton",
    )
    troubles = [PageTrouble(number, "token", name, dead, NOW) for number, name in enumerate(names)]
    lacking = "Without MODERATE: comments are not seen in full, and cannot be answered or hidden."
    content = build_page_alert([PageTrouble(9, "permission", "Pellora Sugar Land", lacking, NOW), *troubles], "lost")
    return build_page_alert_mail(PageAlertLetter(content, ANA), ENVELOPE)


MAILS = {"digest": digest_mail, "alert": alert_mail, "page_alert": page_alert_mail}


@pytest.mark.parametrize("kind", MAILS)
@pytest.mark.parametrize("part", ["subject.txt", "txt", "html"])
def test_a_mail_reads_as_agreed(kind: str, part: str) -> None:
    mail = MAILS[kind]()
    written = {"subject.txt": f"{mail.subject}\n", "txt": mail.text, "html": mail.html}[part]
    golden = GOLDEN / f"{kind}.{part}"
    if os.environ.get("REGOLD"):
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.parent.name)
def test_the_compiled_template_is_that_of_its_source(source: Path) -> None:
    compiled = source.with_suffix(".html").read_text(encoding="utf-8")
    assert compiled == compile_mail(source), "run: python -m localcare.digests.build_mail"


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_has_text_html_a_reason_and_a_way_out(kind: str) -> None:
    message = message_from_bytes(
        build_message(MAILS[kind](), sender="localcare <care@pellora.example.com>"), policy=default
    )
    assert message["Message-ID"] == f"<{ENVELOPE.message_id}>"
    assert message["List-Unsubscribe"] == f"<{ANA.unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["X-Localcare-Dedupe-Key"]
    for subtype in ("plain", "html"):
        part = message.get_body(preferencelist=(subtype,))
        assert part is not None
        assert ANA.reason in " ".join(part.get_content().split())


@pytest.mark.parametrize("kind", MAILS)
def test_a_mail_is_whole_html_without_images_scripts_or_anything_to_load(kind: str) -> None:
    root = html5lib.parse(MAILS[kind]().html, namespaceHTMLElements=False)
    tags = {element.tag for element in root.iter() if isinstance(element.tag, str)}
    assert not tags & {"img", "script", "link", "iframe", "form", "object"}
    assert "url(" not in MAILS[kind]().html
    assert len(list(root.iter("h1"))) == 1
