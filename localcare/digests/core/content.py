"""What goes into a digest, in which order and in which words; pure, so that every decision has a row in a test."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from localcare.digests.core.facts import DigestFacts, Handled, Said, Tally, Waiting
from localcare.digests.core.windows import zone_of
from localcare.digests.core.words import count, listed, moment, source, span, tidy
from localcare.web.words import capital_first

ROOM = 12
"""Items a mail shows at most: it is a list to work off, not an archive."""
_FEWEST, _MOST = (5, 2, 3, 2), (12, 4, 5, 3)
_WORDS, _MORE_WORDS = 180, 260
_NAME = 60
_ENOUGH = 10
_USUAL_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list. `note` says what to know, `action` what to do; both lead to `target`, a path of ours."""

    who: str
    words: str
    meta: str
    target: str
    action: str
    note: str = ""
    tone: str = "calm"
    answer: str = ""
    names: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its items; `more` is how many there are beyond them, reached by `more_target`."""

    slug: str
    title: str
    items: tuple[Item, ...]
    more: int
    more_target: str
    counts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DigestContent:
    """A digest before it has a recipient: what its templates show."""

    subject: str
    headline: str
    alarm: str
    preview: str
    store: str
    number: str
    day: str
    trend: str
    sections: tuple[Section, ...]
    store_target: str
    stars: str = ""
    stars_url: str = ""


def build_digest(facts: DigestFacts, topics: Mapping[str, str]) -> DigestContent | None:
    """The digest of these facts, or None when there is nothing to say. `topics` are names by slug."""
    waiting = sorted(facts.waiting, key=lambda case: _by_need(case, facts.now))
    shown_cases = {case.case_id for case in facts.waiting} | {case.case_id for case in facts.handled}
    rest = [said for said in facts.said if said.case_id not in shown_cases]
    liked = sorted((said for said in rest if said.is_liked), key=_by_kindness)
    others = sorted((said for said in rest if not said.is_liked), key=_by_weight)
    if not (waiting or facts.handled or rest or facts.stars):
        return None
    handled = sorted(facts.handled, key=lambda case: (case.answer is None, -case.at.timestamp()))
    late = sum(1 for case in waiting if _is_late(case, facts.now))
    say = _Teller(facts, topics)
    room = share_room([len(waiting), len(handled), len(_with_words(liked)), len(_with_words(others))])
    sections = (
        say.waiting(waiting, room[0]), say.handled(handled, room[1]), say.liked(liked, room[2]), say.others(others, room[3]),
    )  # fmt: skip
    news = _headline(len(waiting), len(handled), len(liked), len(rest))
    return DigestContent(
        subject=f"{news}{f', {late} late' if late else ''} · {tidy(facts.store.name, _NAME)}",
        headline=news,
        alarm=f"{count(late, 'promise')} to a customer {'is' if late == 1 else 'are'} late." if late else "",
        preview=next((f"{item.who}: {item.words}" for part in sections for item in part.items if item.words), ""),
        store=facts.store.name,
        number=facts.store.number,
        day=f"{facts.window.local_date:%A, %B} {facts.window.local_date.day}",
        trend=say.trend(),
        sections=tuple(part for part in sections if part.items or part.counts),
        store_target=say.store_target,
        stars=facts.stars,
        stars_url=facts.stars_url,
    )


def share_room(available: Sequence[int], *, room: int = ROOM) -> list[int]:
    """How many items each section shows: its least first, then what is left in order, up to its most and to `room`."""
    shares = [min(wanted, least) for wanted, least in zip(available, _FEWEST, strict=True)]
    left = room - sum(shares)
    for place, (wanted, most) in enumerate(zip(available, _MOST, strict=True)):
        extra = min(left, min(wanted, most) - shares[place])
        shares[place] += extra
        left -= extra
    return shares


def describe_trend(now: Tally, usual: Tally) -> str:
    """This window beside the usual one of the same length, with n; shares only where n carries them."""
    if not now.mentions:
        return ""
    words = count(now.mentions, "mention")
    if usual.mentions >= _USUAL_ENOUGH:
        words += f" (usually {round(usual.mentions * now.days / usual.days):,})"
    if not now.opinions:
        return words
    few = now.opinions < _ENOUGH
    words += f", {now.positive} of {count(now.opinions, 'opinion')} positive" if few else f", {_share(now)} positive"
    return f"{words} (usually {_share(usual)})" if usual.opinions >= _USUAL_ENOUGH else words


@dataclass(frozen=True, slots=True)
class _Teller:
    """Turns facts into lines, at this store's wall clock."""

    facts: DigestFacts
    topics: Mapping[str, str]

    @property
    def now(self) -> datetime:
        return self.facts.now

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.facts.store.zone)

    @property
    def store_target(self) -> str:
        return f"/stores/{self.facts.store.number}"

    def trend(self) -> str:
        words = describe_trend(_tally(self.facts), self.facts.usual)
        return f"Since {self._at(self.facts.window.starts)}: {words}." if words else ""

    def waiting(self, cases: Sequence[Waiting], shown: int) -> Section:
        items = tuple(self._waiting(case) for case in cases[:shown])
        return Section("waiting", "Needs you now", items, len(cases) - shown, "/cases")

    def handled(self, cases: Sequence[Handled], shown: int) -> Section:
        items = tuple(self._handled(case) for case in cases[:shown])
        return Section("handled", "Answered and closed", items, len(cases) - shown, self.store_target)

    def liked(self, said: Sequence[Said], shown: int) -> Section:
        spoken = _with_words(said)
        items = tuple(self._said(mention, action="Read it") for mention in spoken[:shown])
        silent = len(said) - len(spoken)
        counts = (f"{count(silent, 'good rating')} without words",) if silent else ()
        return Section("liked", "What people liked", items, len(spoken) - shown, self.store_target, counts)

    def others(self, said: Sequence[Said], shown: int) -> Section:
        items = tuple(self._said(mention, action="Open") for mention in _with_words(said)[:shown])
        topics = Counter(self.topics.get(mention.topic, mention.topic) for mention in said)
        counts = tuple(
            f"{name} ({number})" for name, number in sorted(topics.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        return Section("others", "Also said", items, len(said) - shown, self.store_target, counts)

    def _waiting(self, case: Waiting) -> Item:
        late = _is_late(case, self.now)
        return Item(
            who=tidy(case.author, _NAME),
            words=tidy(case.text, _MORE_WORDS),
            meta=f"{self._source(case)}, {self._at(case.since)}",
            target=f"/cases/{case.case_id}",
            action="Answer",
            note=self._promise(case, late=late) + (f" {tidy(case.owner, _NAME)} has it in hand." if case.owner else ""),
            tone="late" if late else "due",
        )

    def _handled(self, case: Handled) -> Item:
        who = tidy(case.by or "Somebody", _NAME)
        if case.answer is not None:
            note = f"{who} answered {self._at(case.at)}, after {span(case.at - case.first_waited)}."
        elif case.closed_how == "withdrawn":
            note = f"The customer took it back {self._at(case.at)}."
        else:
            note = f"Closed {self._at(case.at)}" + (
                f": {case.closed_how.replace('-', ' ')}." if case.closed_how else "."
            )
        return Item(
            who=tidy(case.author, _NAME),
            words=tidy(case.text, _WORDS),
            meta="",
            target=f"/cases/{case.case_id}",
            action="See the case",
            note=note,
            tone="done",
            answer=tidy(case.answer or "", _WORDS),
        )

    def _said(self, mention: Said, *, action: str) -> Item:
        topic = "" if mention.is_liked else self.topics.get(mention.topic, mention.topic)
        return Item(
            who=tidy(mention.author, _NAME),
            words=tidy(mention.text, _WORDS),
            meta=", ".join(filter(None, (self._source(mention), self._at(mention.at), topic))),
            target=f"/cases/{mention.case_id}" if mention.case_id else self.store_target,
            action=action,
            note=_who_has_it(mention),
            tone="praise" if mention.is_liked else "calm",
            names=f"For {listed([tidy(name, _NAME) for name in mention.names])}" if mention.names else "",
        )

    def _promise(self, case: Waiting, *, late: bool) -> str:
        if case.due_at is None:
            return f"Waiting for {span(self.now - case.since)}."
        if late:
            return f"Late by {span(self.now - case.due_at)}: promised for {self._at(case.due_at)}."
        return f"Answer by {self._at(case.due_at)}."

    def _source(self, words: Waiting | Said) -> str:
        where = source(words.channel, words.kind)
        where = capital_first(where)
        if words.rating:
            return f"{where}, {words.rating} of 5"
        if words.recommends is not None and words.kind == "review":
            return f"{'Recommends' if words.recommends else 'Does not recommend'} you on {where.rpartition(' on ')[2]}"
        return where

    def _at(self, instant: datetime) -> str:
        return moment(instant, self.now, self.zone)


def _headline(waiting: int, handled: int, liked: int, rest: int) -> str:
    if waiting:
        return f"{count(waiting, 'customer')} {'waits' if waiting == 1 else 'wait'} for you"
    if liked:
        return f"{count(liked, 'customer')} said something kind"
    if handled:
        return f"{count(handled, 'customer')} {'was' if handled == 1 else 'were'} answered, nobody waits"
    if not rest:
        return "Your stars on Facebook have changed"
    return f"{count(rest, 'customer')} spoke about you, nobody waits"


def _with_words(said: Sequence[Said]) -> list[Said]:
    return [mention for mention in said if mention.text.strip()]


def _is_late(case: Waiting, now: datetime) -> bool:
    return case.due_at is not None and case.due_at <= now


def _by_need(case: Waiting, now: datetime) -> tuple[bool, int, datetime, int]:
    return (not _is_late(case, now), case.urgency_rank, case.since, case.case_id)


def _by_kindness(said: Said) -> tuple[bool, float, int]:
    """Shout-outs with names first, the newest of them first."""
    return (not said.names, -said.at.timestamp(), said.mention_id)


def _by_weight(said: Said) -> tuple[bool, float, int]:
    """What became a case first, then the newest."""
    return (said.queue is None, -said.at.timestamp(), said.mention_id)


def _who_has_it(said: Said) -> str:
    if said.queue is None or said.queue.startswith("store:"):
        return ""
    return "The crisis team has it." if said.queue == "crisis" else "National care has it."


def _tally(facts: DigestFacts) -> Tally:
    days = (facts.window.ends - facts.window.starts) / timedelta(days=1)
    opinions = [said.opinion for said in facts.said if said.opinion is not None]
    return Tally(len(facts.said), opinions.count("positive"), len(opinions), max(days, 0.01))


def _share(tally: Tally) -> str:
    return f"{round(100 * tally.positive / tally.opinions)}%"
