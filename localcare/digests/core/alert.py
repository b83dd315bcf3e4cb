"""What an alert says: what happened where, in the customer's words, why it was raised, who else knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from localcare.digests.core.facts import StoreCard
from localcare.digests.core.windows import DEFAULT_ZONE, zone_of
from localcare.digests.core.words import count, listed, moment, source, span, tidy
from localcare.web.words import capital_first

_WORDS = 1200
_NAME = 60
_NAMED = 6
_REASONS = 4


@dataclass(frozen=True, slots=True)
class Danger:
    """A case in the crisis queue as an alert tells it. `reasons` are triage's, in its words; no store: the brand's."""

    case_id: int
    author: str
    text: str
    channel: str
    kind: str
    at: datetime
    risks: tuple[str, ...]
    reasons: tuple[str, ...]
    store: StoreCard | None


@dataclass(frozen=True, slots=True)
class AlertContent:
    """An alert before it has a recipient's link: what its templates show."""

    subject: str
    headline: str
    where: str
    who: str
    meta: str
    words: str
    reasons: tuple[str, ...]
    others: str
    target: str
    call: str = "Needs a decision now"


def urge(content: AlertContent) -> AlertContent:
    """The same alert when nobody has answered the calls before it."""
    said = "Nobody has said “I have it” yet. Open the case and say so, or it goes on calling."
    return replace(content, subject=f"Still nobody has it: {content.subject}", others=f"{said} {content.others}")


def build_notice(
    danger: Danger, risks: Mapping[str, str], why: str, told: Sequence[str], *, now: datetime
) -> AlertContent:
    """What a rule of the policy wants told of a case that is no crisis; `why` is the rule's reason."""
    content = build_alert(danger, risks, told, now=now)
    place = danger.store.name if danger.store else "no store known"
    return replace(
        content,
        subject=f"For you to know: a case at {place}" if danger.store else f"For you to know: a case, {place}",
        headline=f"A case at {content.where}" if danger.store else f"A case on {content.where}",
        reasons=(tidy(capital_first(why), 200),) if why else (),
        call="For you to know",
    )


def build_approval(
    danger: Danger, risks: Mapping[str, str], told: Sequence[str], *, is_asked: bool, now: datetime
) -> AlertContent:
    """That an answer waits for the reader's approval, or (not `is_asked`) that theirs was sent back."""
    content = build_notice(danger, risks, "", told, now=now)
    place = danger.store.name if danger.store else "no store known"
    if not is_asked:
        return replace(
            content,
            subject=f"Sent back to you: your answer to {content.who}",
            headline="Your answer was sent back",
            others="Open the case: the note there says what should be changed. Nothing was sent.",
            call="Waits for you",
        )
    said = "An answer to this is written. It goes out when you, or somebody else who may, has approved it; the clocks run on."
    return replace(
        content,
        subject=f"Please approve an answer: {content.who}, {place}",
        headline="An answer waits for your approval",
        others=f"{said} {content.others}",
        call="Waits for you",
    )


def build_late(
    danger: Danger, risks: Mapping[str, str], due_at: datetime, late_too: int, *, now: datetime
) -> AlertContent:
    """That a store's reply is late, or will be soon; `late_too` other cases of the store are late as well."""
    content = build_notice(danger, risks, "", (), now=now)
    zone = zone_of(danger.store.zone if danger.store else DEFAULT_ZONE)
    when = f"{moment(due_at, now, zone)} {due_at.astimezone(zone):%Z}"
    place = danger.store.name if danger.store else "no store known"
    others = (
        f"{count(late_too, 'other case')} of this store {'is' if late_too == 1 else 'are'} late too."
        if late_too
        else ""
    )
    if due_at > now:
        return replace(
            content,
            subject=f"Please answer by {when}: {content.who}, {place}",
            headline=f"Due in {span(due_at - now)}: an answer to {content.who}",
            others=others or "Answer it, or say that it needs the centre.",
            call="Due soon",
        )
    said = "It was promised for that time and nobody has answered. The store’s inbox has it, and your list of cases."
    return replace(
        content,
        subject=f"Late: {place} has not answered {content.who}",
        headline=f"Late by {span(now - due_at)} at {content.where}",
        others=f"{said} {others}".strip(),
        call=f"Was due {when}",
    )


def build_alert(danger: Danger, risks: Mapping[str, str], told: Sequence[str], *, now: datetime) -> AlertContent:
    """The alert for one recipient; `told` names everybody else who gets it, `risks` are names by slug."""
    names = [risks.get(slug, slug.replace("-", " ").capitalize()) for slug in danger.risks]
    what = listed([*names[:1], *(name[:1].lower() + name[1:] for name in names[1:])]) or "A risk"
    where = f"{danger.store.name} (store {danger.store.number})" if danger.store else "the brand's own Page"
    zone = zone_of(danger.store.zone if danger.store else DEFAULT_ZONE)
    medium = source(danger.channel, danger.kind)
    return AlertContent(
        subject=f"{what}: {danger.store.name if danger.store else 'no store known'}, please look now",
        headline=f"{what} at {where}" if danger.store else f"{what} on {where}",
        where=where,
        who=tidy(danger.author, _NAME),
        meta=f"{capital_first(medium)}, {moment(danger.at, now, zone)} {danger.at.astimezone(zone):%Z}",
        words=tidy(danger.text, _WORDS),
        reasons=tuple(tidy(reason, 200) for reason in danger.reasons[:_REASONS]),
        others=_others(told),
        target=f"/cases/{danger.case_id}",
    )


def _others(told: Sequence[str]) -> str:
    if not told:
        return "Nobody else was told: you are the only one on the list."
    names = [tidy(name, _NAME) for name in told]
    if len(names) > _NAMED:
        rest = len(names) - _NAMED
        names = [*names[:_NAMED], f"{rest} more"]
    return f"Also told: {listed(names)}."
