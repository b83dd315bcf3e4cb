"""From versions and their texts to the values of the policy's pages."""

from datetime import datetime, timedelta

from sqlmodel import Session

from localcare.errors import InvalidError
from localcare.inbox.admin.pages import frame
from localcare.inbox.admin.policy.pages import (
    DAYS,
    HOME,
    PolicyEditPage,
    PolicyPage,
    PolicyVersionPage,
    Tried,
    history_line,
    options_of,
    promise_lines,
    rule_lines,
    topic_options,
    tried_lines,
    version_line,
)
from localcare.people.core import Viewer
from localcare.routing import ruling
from localcare.routing.checking import check_policy, in_words
from localcare.routing.core.lateness import late_in_words
from localcare.routing.core.versions import Stage, name_of
from localcare.routing.core.wording import differences, store_hours_words
from localcare.routing.ruling import By
from localcare.routing.schemas import read_policy
from localcare.routing.service import shipped_policy_text, try_policy
from localcare.routing.serving import check_with_brand

_MATTERS = ("account", "billing", "network", "other", "product", "store")
_COMING = (Stage.DRAFT, Stage.SIGNED, Stage.SCHEDULED)


def home_page(session: Session, viewer: Viewer) -> PolicyPage:
    """The policy in force, what is under way, what has been."""
    rows = ruling.list_versions(session, viewer.brand_id)
    live = next((row for row in rows if row.active), None)
    policy = read_policy(live.body if live else shipped_policy_text())
    lines = tuple(version_line(row) for row in rows)
    return PolicyPage(
        title="Routing policy",
        version=live.version if live else 0,
        until=live.live_until if live else None,
        rules=rule_lines(policy),
        promises=promise_lines(policy),
        hours=store_hours_words(policy),
        late=tuple(late_in_words(policy.late_in_stores, policy.escalation)),
        coming=tuple(line for line in lines if line.stage in _COMING),
        versions=(*(line for line in lines if line.stage not in _COMING), version_line(None, in_force=live is None)),
        history=tuple(map(history_line, ruling.list_history(session, viewer.brand_id, limit=30))),
        can_go_back=live is not None,
        **frame(viewer, HOME),
    )


def edit_page(
    session: Session, viewer: Viewer, body: str, *, now: datetime, second_person: bool, why: str = "",
    error: str = "", checks: bool = False, tries: bool = False,
) -> PolicyEditPage:  # fmt: skip
    """A text with what is wrong in it; its forms know the rules and queues of the last text that could be read."""
    checked = check_with_brand(session, viewer.brand_id, body, now=now) if checks else check_policy(body)
    live = ruling.find_live(session, viewer.brand_id)
    in_force = read_policy(live.body if live else shipped_policy_text())
    policy = checked.policy or in_force
    asked = checks or tries
    return PolicyEditPage(
        title="Edit the policy",
        body=body,
        why=why,
        faults=tuple(map(in_words, checked.faults)) if asked or error else (),
        notes=tuple(map(in_words, checked.notes)) if asked and not checked.faults else (),
        differences=tuple(differences(in_force, policy)) if asked and checked.policy else (),
        checked=asked and checked.policy is not None,
        error=error,
        tried=_tried(session, viewer, body, now) if tries and checked.policy else None,
        second_person=second_person,
        queues=options_of(list(policy.promises)),
        rules=options_of([rule.name for rule in policy.rules]),
        skills=options_of(sorted(policy.skills)),
        topics=topic_options(),
        matters=options_of(_MATTERS),
        **frame(viewer, HOME),
    )


def version_page(
    session: Session, viewer: Viewer, number: int, by: By, *, second_person: bool, tries: bool
) -> PolicyVersionPage:
    """One version, beside the one in force; the one in force beside what it replaced."""
    rows = {row.version: row for row in ruling.list_versions(session, viewer.brand_id)}
    live = next((row for row in rows.values() if row.active), None)
    body = ruling.body_of(session, viewer.brand_id, number)
    row = rows.get(number)
    in_force = live.version if live else 0
    other = (row.replaced if row else 0) if number == in_force else in_force
    before = read_policy(ruling.body_of(session, viewer.brand_id, other))
    policy = read_policy(body)
    return PolicyVersionPage(
        title=name_of(number).capitalize(),
        line=version_line(row, in_force=live is None),
        against=name_of(other),
        rules=rule_lines(policy),
        differences=tuple(differences(before, policy)),
        text=body,
        may_sign=row is not None and not (second_person and ruling.is_author(row, by)),
        tried=_tried(session, viewer, body, by.now) if tries else None,
        **frame(viewer, HOME),
    )


def _tried(session: Session, viewer: Viewer, body: str, now: datetime) -> Tried | None:
    try:
        run = try_policy(session, viewer.brand_id, body, since=now - timedelta(days=DAYS), now=now)
    except InvalidError:
        return None
    return tried_lines(run)
