"""The mail with the sign-in link, held against its golden files."""

from datetime import UTC, datetime
from pathlib import Path

from localcare.kit.mail import build_message
from localcare.people.core import Identity
from localcare.people.emails import build_sign_in_mail

GOLDEN = Path(__file__).parents[2] / "golden"
URL = "https://care.example/sign-in/token-of-the-link"
ANA = Identity(
    brand_id=1, brand_name="Pellora <Wireless>", person_id=1, name="Ana Ortiz", email="ana@pellora.example.com"
)
MAIL = build_sign_in_mail(ANA, URL, base_url="https://care.example", at=datetime(2026, 11, 20, 15, 0, tzinfo=UTC))


def test_the_text_is_as_agreed() -> None:
    assert MAIL.text == (GOLDEN / "sign_in.txt").read_text(encoding="utf-8")


def test_the_html_is_as_agreed_and_a_name_is_text() -> None:
    assert MAIL.html == (GOLDEN / "sign_in.html").read_text(encoding="utf-8")
    assert "Pellora &lt;Wireless&gt;" in MAIL.html


def test_the_same_link_is_the_same_mail_and_its_token_stays_out_of_the_headers() -> None:
    again = build_sign_in_mail(ANA, URL, base_url="https://care.example", at=datetime(2026, 11, 21, tzinfo=UTC))
    other = build_sign_in_mail(ANA, URL + "2", base_url="https://care.example", at=MAIL.at)
    assert again.message_id == MAIL.message_id != other.message_id
    head = build_message(MAIL, sender="localcare <care@care.example>").partition(b"\r\n\r\n")[0].decode()
    assert "token-of-the-link" not in head
    assert "Auto-Submitted: auto-generated" in head
    assert "Subject: Your sign-in link for Pellora <Wireless>" in head
