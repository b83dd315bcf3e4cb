"""One recommendation by file, mail, listening tool and colleague: one mention, whichever came first."""

from collections.abc import Sequence
from itertools import permutations

import orjson
import pytest
from sqlmodel import select

from localcare.channels.mail.templates import load_templates
from localcare.channels.reading import signed_source
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.intake.importing import import_mentions
from localcare.intake.mail import MailRules, accept_mail
from localcare.intake.models import EventIssue
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.models import Mention, MentionName
from tests.channels.mail.letters import RELAY, letter
from tests.stages.pipeline.conftest import STORE_PAGE, Town

WORDS = "Patient with every question I had, and all my photos moved to the new phone. Ask for Maria."
HEAD = "external_id,kind,created_at,text,author,recommends,store_number\n"
ROW = f'r-1,review,2026-11-20T09:00:00Z,"{WORDS}",Ana Pérez,yes,4001\n'
RULES = MailRules(load_templates(), RELAY)


class Lanes:
    """Every lane by which somebody may tell of a recommendation."""

    def __init__(self, town: Town, database: Database, clock: SetClock) -> None:
        self.town, self.database, self.clock = town, database, clock

    def file(self, rows: str = ROW) -> None:
        with self.database.session(self.town.brand_id) as session:
            lines = (HEAD + rows).splitlines(keepends=True)
            import_mentions(session, self.town.brand_id, lines, channel="facebook", now=self.clock.now())

    def tool(self, **item: object) -> None:
        told = {"external_id": "agg-9", "kind": "review", "author": "Ana  pérez".replace("  ", " "), "recommends": True}
        told |= {"page_id": STORE_PAGE, "text": WORDS, "created_at": "2026-11-20T10:00:00Z", "rating": 5}
        body = orjson.dumps({"mentions": [told | item]})
        label = signed_source("facebook", "tool")
        with self.database.session(ALL_BRANDS) as session:
            intake.accept(session, [Delivery(Lane.WEBHOOK, label, body, self.clock.now(), self.town.brand_id)])

    def mail(self, message_id: str = "<a1@facebookmail.com>", words: str = f"{WORDS[:40]}…", **how: str) -> str:
        page = f"https://www.facebook.com/{STORE_PAGE}/reviews"
        text = f"Ana Pérez recommends Pellora.\n{words}\nSee recommendation\n{page}"
        raw = letter("Ana Pérez recommends Pellora", text, message_id=message_id, **how)
        with self.database.session(ALL_BRANDS) as session:
            return accept_mail(session, raw, RULES, now=self.clock.now()).became

    def work(self) -> None:
        while self.town.pipeline.work_batch().events:
            pass

    def mentions(self) -> Sequence[Mention]:
        with self.database.session(self.town.brand_id) as session:
            return session.exec(select(Mention).order_by(Mention.id)).all()  # type: ignore[arg-type]

    def names(self) -> set[str]:
        with self.database.session(self.town.brand_id) as session:
            return set(session.exec(select(MentionName.external_id)).all())


@pytest.fixture
def lanes(town: Town, database: Database, clock: SetClock) -> Lanes:
    return Lanes(town, database, clock)


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize("order", list(permutations(("file", "tool", "mail"))), ids="-".join)
def test_three_lanes_in_any_order_make_one_mention(lanes: Lanes, order: tuple[str, ...], together: bool) -> None:
    for lane in order:
        getattr(lanes, lane)()
        if not together:
            lanes.work()
    lanes.work()
    (mention,) = lanes.mentions()
    assert (mention.text, mention.rating, mention.recommends) == (WORDS, 5, True)
    assert (mention.page_id, mention.store_number) == (STORE_PAGE, "4001")
    assert {"r-1", "agg-9"} < lanes.names()
    assert len(lanes.names()) == 3


def test_what_is_told_again_under_any_name_changes_nothing(lanes: Lanes, clock: SetClock) -> None:
    for tell in (lanes.mail, lanes.file, lanes.tool):
        tell()
        lanes.work()
    for tell in (lanes.file, lanes.mail, lanes.tool):
        clock.advance(clock.now() - clock.now())
        tell()
        lanes.work()
    (mention,) = lanes.mentions()
    assert mention.text == WORDS
    assert mention.external_id.startswith("mail-")


def test_two_mails_to_two_colleagues_are_one_mention(lanes: Lanes) -> None:
    lanes.mail("<a1@facebookmail.com>")
    lanes.mail("<a2@facebookmail.com>")
    lanes.work()
    assert len(lanes.mentions()) == 1


def test_other_people_and_other_words_stay_apart(lanes: Lanes) -> None:
    lanes.file()
    lanes.tool(external_id="agg-1", author="Ana Pereira")
    lanes.tool(external_id="agg-2", text="I waited for an hour and then I was told to come back tomorrow.")
    lanes.tool(external_id="agg-3", author=None)
    lanes.tool(external_id="agg-4", author=None)
    lanes.work()
    assert len(lanes.mentions()) == 5


def test_two_rows_of_one_file_are_two(lanes: Lanes) -> None:
    lanes.file(ROW + ROW.replace("r-1", "r-2"))
    lanes.work()
    assert len(lanes.mentions()) == 2


def test_a_removal_under_another_name_removes_the_one_mention(lanes: Lanes) -> None:
    lanes.file()
    lanes.tool()
    lanes.work()
    lanes.tool(verb="remove", text=None, author=None)
    lanes.work()
    (mention,) = lanes.mentions()
    assert mention.removed_at is not None
    assert (mention.text, mention.author_name) == ("", None)


def test_an_edit_by_one_lane_is_what_is_known(lanes: Lanes) -> None:
    lanes.mail()
    lanes.tool()
    lanes.work()
    lanes.tool(verb="edit", text="On second thought: fine, but slow.")
    lanes.work()
    lanes.file()
    lanes.work()
    assert lanes.mentions()[0].text == "On second thought: fine, but slow."


def test_an_unknown_mail_is_set_aside_and_a_forged_one_refused_without_its_words(lanes: Lanes) -> None:
    assert lanes.mail(results="mx.evil.example; dkim=pass header.d=facebookmail.com") == "refused"
    with lanes.database.session(ALL_BRANDS) as session:
        raw = letter("A news from us", "Buy something")
        assert accept_mail(session, raw, RULES, now=lanes.clock.now()).became == "set-aside"
    lanes.work()
    assert lanes.mentions() == []
    with lanes.database.session(ALL_BRANDS) as session:
        whys = sorted(issue.why for issue in session.exec(select(EventIssue)))
    assert whys[0] == "No template has a subject like this."
    assert "did not come through" in whys[1]
