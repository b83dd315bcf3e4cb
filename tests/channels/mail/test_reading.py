"""A notification mail is read by templates; what is not known, or not proven, never becomes a mention."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.channels.mail.letter import read_letter
from localcare.channels.mail.reading import Told, change_of, read_notification, tidy_link
from localcare.channels.mail.templates import SHIPPED, Templates, compile_pattern, load_templates
from localcare.channels.mail.vouching import why_forged
from localcare.errors import ConfigurationError
from tests.channels.mail.letters import LINK, PAGE, PASSED, RELAY, letter

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SHOP = "Pellora Memorial City"


def read(raw: bytes, templates: Templates | None = None) -> Told | str:
    return read_notification(read_letter(raw), templates or load_templates(), received_at=NOW)


def told(raw: bytes) -> Told:
    found = read(raw)
    assert isinstance(found, Told), found
    return found


def test_a_recommendation_is_read_with_name_page_words_and_link() -> None:
    found = told(letter())
    assert (found.kind, found.author, found.page_name, found.recommends) == ("review", "Ana Pérez", SHOP, True)
    assert found.text == "Patient with every question I had."
    assert found.link == f"https://www.facebook.com/{PAGE}/reviews"
    assert found.page_id == PAGE
    assert found.sent_at == datetime(2026, 11, 20, 13, 0, tzinfo=UTC)


SUBJECTS = {
    f"Ana Pérez recommends {SHOP}": ("review", True, None),
    f"Ana Pérez doesn’t recommend {SHOP}": ("review", False, None),
    f"Ana Pérez reviewed {SHOP}": ("review", None, 2),
    f"Ana Pérez recomienda {SHOP}": ("review", True, None),
    f"Ana Pérez no recomienda {SHOP}": ("review", False, None),
    f"Ana Pérez opinó sobre {SHOP}": ("review", None, 2),
    f"Ana Pérez commented on {SHOP}'s post": ("comment", None, None),
    f"Ana Pérez comentó la publicación de {SHOP}": ("comment", None, None),
    f"Ana Pérez mentioned {SHOP} in a comment": ("mention", None, None),
    f"Ana Pérez mencionó a {SHOP} en un comentario": ("mention", None, None),
}
ENDS = {
    "review": ("See recommendation", "See review", "Ver recomendación", "Ver opinión"),
    "comment": ("See comment", "Ver comentario"),
    "mention": ("See comment", "Ver comentario"),
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_both_languages_are_read_and_no_polarity_is_turned(subject: str) -> None:
    kind, recommends, stars = SUBJECTS[subject]
    spanish = any(word in subject for word in ("recomienda", "opinó", "comentó", "mencionó"))
    end = {"review": ("recomendación", "opinión") if spanish else ("recommendation", "review")}.get(
        kind, ("comentario", "") if spanish else ("comment", "")
    )
    rated = f" {'★★☆☆☆' if not spanish else '2'} {'estrellas' if spanish else ''}" if stars else "."
    call = f"{'Ver' if spanish else 'See'} {end[1] if stars else end[0]}"
    found = told(letter(subject, f"{subject}{rated}\n\nLa espera fue larga.\nMuy larga.\n\n{call}\n{LINK}"))
    assert (found.kind, found.recommends, found.stars) == (kind, recommends, stars)
    assert (found.author, found.page_name) == ("Ana Pérez", SHOP)
    assert found.text == "La espera fue larga.\nMuy larga."


HTML = f"""<html><head><style>p {{ color: red }}</style><title>Ana recommends us</title></head><body>
<div style="display:none">Ana P&eacute;rez recommends somebody else. Hidden words See recommendation</div>
<table><tr><td><a href="https://www.facebook.com/ana?fref=mail">Ana P&eacute;rez</a> recommends
<b>{SHOP}</b>.</td></tr>
<tr><td><p>Patient with <i>every</i> question.<br>All my photos moved!</p></td></tr>
<tr><td><a href="https://www.facebook.com/n/?{PAGE}%2Freviews&amp;aref=99&amp;medium=email&amp;n_m=me%40x.com">See
recommendation</a></td></tr></table><p>This message was sent to care@pellora.example.</p></body></html>"""


@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
def test_a_mail_that_is_html_only_reads_as_people_see_it(cte: str) -> None:
    found = told(letter(text=None, html=HTML, cte=cte))
    assert found.text == "Patient with every question.\nAll my photos moved!"
    assert found.link == f"https://www.facebook.com/{PAGE}/reviews"


def test_soft_line_breaks_and_old_charsets_are_undone() -> None:
    raw = letter().replace(b"Patient with every", b"Patient with=\r\n every")
    assert told(raw).text == "Patient with every question I had."
    assert told(letter(charset="windows-1252", cte="8bit")).author == "Ana Pérez"
    assert told(letter(charset="utf-8").replace(b'charset="utf-8"', b'charset="klingon"')).author == "Ana Pérez"


WORDS = {
    "right to left": ("\u200fדנה כהן\u200f", "שירות מצוין, \u2067תודה\u2069 לצוות!"),
    "arabic": ("ليلى حسن", "خدمة ممتازة\nشكراً لكم"),
    "emoji": ("Zoë 🌈 O’Neil", "👩‍🔧🔥 10/10 🙌🏽"),
    "quotes": ("Bo “Bear” Li", "He said: “See you”, and I did."),
    "a name with a full stop": ("J. R. Smith Jr.", "Fine."),
}


@pytest.mark.parametrize(("author", "words"), WORDS.values(), ids=WORDS)
def test_names_and_words_of_the_world_are_kept(author: str, words: str) -> None:
    found = told(letter(f"{author} recommends {SHOP}", f"{author} recommends {SHOP}.\n{words}\nSee recommendation"))
    assert found.author == author.strip("\u200f")
    assert found.text == words


def test_a_page_with_a_full_stop_in_its_name_does_not_leak_into_the_words() -> None:
    shop = "St. Clair No. 5"
    found = told(letter(f"Bo Li recommends {shop}", f"Bo Li recommends {shop}.\nGood.\nSee recommendation"))
    assert (found.page_name, found.text) == (shop, "Good.")


def test_a_recommendation_without_words_is_one() -> None:
    found = told(letter(text=f"Ana Pérez recommends {SHOP}.\n\nThis message was sent to care@pellora.example"))
    assert (found.text, found.recommends) == ("", True)


def test_ten_megabytes_of_attachment_are_passed_by() -> None:
    raw = letter(attachment=b"See recommendation " * 550_000)
    assert len(raw) > 10 * 2**20
    before = time.process_time()
    assert told(raw).text == "Patient with every question I had."
    assert time.process_time() - before < 2


UNKNOWN = {
    "another subject": (letter("Your weekly Page update"), "No template has a subject like this."),
    "another text": (letter(text="Something new from us."), "no pattern fits the text"),
    "nobody": (letter(f"Facebook user recommends {SHOP}", f"Facebook user recommends {SHOP}."), "who wrote it"),
    "nothing": (b"", "No template"),
}


@pytest.mark.parametrize(("raw", "why"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_says_why(raw: bytes, why: str) -> None:
    found = read(raw)
    assert isinstance(found, str)
    assert why in found


FORGED = {
    "another domain": (letter(sender="Facebook <notification@facebookmai1.com>"), "not among the senders"),
    "a domain that only ends alike": (letter(sender="x@evilfacebookmail.com"), "not among the senders"),
    "two senders": (letter().replace(b"From: ", b"From: a@facebookmail.com\r\nFrom: "), "no sender, or several"),
    "no check": (letter(results=None), "wrote no Authentication-Results"),
    "checked by somebody else": (letter(results=PASSED.replace(RELAY, "mx.evil.example")), "wrote no Authent"),
    "failed": (letter(results=f"{RELAY}; dkim=fail header.d=facebookmail.com"), "forged"),
    "passed for another": (
        letter(results=f"{RELAY}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=a@b.c"),
        "forged",
    ),
    "passed in a comment": (letter(results=f"{RELAY}; dkim=none (dkim=pass header.d=facebookmail.com)"), "forged"),
    "its own header below": (
        letter(results=f"{RELAY}; dkim=fail header.d=facebookmail.com").replace(
            b"From: ", f"Authentication-Results: {PASSED}\r\nFrom: ".encode(), 1
        ),
        "forged",
    ),
}


@pytest.mark.parametrize(("raw", "why"), FORGED.values(), ids=FORGED)
def test_a_forged_sender_is_refused(raw: bytes, why: str) -> None:
    assert why in why_forged(read_letter(raw), senders=["facebookmail.com"], relay=RELAY)


@pytest.mark.parametrize(
    "results",
    [
        PASSED,
        f"{RELAY} 1; spf=pass smtp.mailfrom=bounce@facebookmail.com",
        f"{RELAY}; dmarc=pass (p=REJECT) header.from=facebookmail.com",
    ],
)
def test_one_check_that_holds_is_enough(results: str) -> None:
    assert why_forged(read_letter(letter(results=results)), senders=["facebookmail.com"], relay=RELAY.upper()) == ""


def test_without_a_relay_nobody_vouches() -> None:
    assert "LOCALCARE_MAIL_RELAY" in why_forged(read_letter(letter()), senders=["facebookmail.com"], relay=None)


def test_a_comment_with_its_ids_in_the_link_has_the_networks_own_id() -> None:
    link = "https://www.facebook.com/pellora/posts/901097836652708?comment_id=903438993085259&aref=1"
    subject = f"Ana Pérez commented on {SHOP}'s post"
    raw = letter(subject, f"{subject}.\nStill waiting.\nSee comment\n{link}")
    change = change_of(told(raw), read_letter(raw), page_id=PAGE)
    assert change.external_id == "901097836652708_903438993085259"
    assert change.at < told(raw).sent_at == change.created_at


def test_links_lose_what_follows_the_reader_and_foreign_ones_go() -> None:
    assert tidy_link("https://www.facebook.com.evil.example/x") == ""
    assert (
        tidy_link(f"https://m.facebook.com/{PAGE}/reviews?mid=1&n_m=a%40b")
        == f"https://www.facebook.com/{PAGE}/reviews"
    )
    assert tidy_link("https://www.facebook.com/n/?permalink.php&story_fbid=7&id=8&mid=9").endswith("story_fbid=7&id=8")


def test_templates_are_the_administrators_to_edit(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(SHIPPED.read_text("utf-8").replace("{author} recommends {page}", "{author} lobt {page}"), "utf-8")
    raw = letter(f"Ana Pérez lobt {SHOP}", f"Ana Pérez lobt {SHOP}.\nSehr gut.\nSee recommendation")
    found = read(raw, load_templates(mine))
    assert isinstance(found, Told)
    assert found.text == "Sehr gut."


BROKEN = {
    "templates: [": "no YAML",
    "senders: [a]\ntemplates: [{name: x, kind: gossip, subject: ['{author}']}]": "templates.0.kind",
    "senders: [a]\ntemplates: [{name: x, kind: review, subject: ['{auther} did']}]": "is no place",
    "senders: [a]\ntemplates: [{name: x, kind: review, subject: ['nothing']}]": "has none of",
    "senders: []\ntemplates: []": "senders",
}


@pytest.mark.parametrize(("text", "why"), BROKEN.items(), ids=range(len(BROKEN)))
def test_a_broken_template_says_where(tmp_path: Path, text: str, why: str) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match=why.replace("(", ".")):
        load_templates(mine)


def test_no_pattern_hangs_on_a_hostile_text() -> None:
    before = time.process_time()
    hostile = "a recommends b. " * 2_500
    assert read(letter(f"a recommends {SHOP}", hostile))
    assert not compile_pattern("{author} recommends {page}. {text} See recommendation").search(hostile)
    assert time.process_time() - before < 5


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_no_bytes_make_it_stumble(head: bytes, body: bytes) -> None:
    found = read_letter(head + b"\r\n\r\n" + body)
    assert isinstance(read_notification(found, load_templates(), received_at=NOW), str | Told)
    assert why_forged(found, senders=["facebookmail.com"], relay=RELAY)


@given(st.text(max_size=60), st.sampled_from(["iso-8859-8", "x-none", "utf-7", "idna", ""]))
def test_no_header_makes_it_stumble(words: str, charset: str) -> None:
    coded = words.encode("utf-8", "ignore").hex("=").upper()
    raw = (
        f"From: =?{charset}?q?={coded}?= <x@y>\r\nSubject: =?{charset}?q?={coded}?=\r\nDate: {words!r}\r\n\r\n".encode(
            "utf-8", "ignore"
        )
    )
    read_letter(raw + b"Content-Type: text/html; charset=" + charset.encode() + b"\r\n\r\n<p>x")
