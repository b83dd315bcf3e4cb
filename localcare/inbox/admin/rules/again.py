"""Open cases judged again where a rule's words stand: what a rule does not do by itself when it is put in force."""

from sqlmodel import Session

from localcare.inbox.admin.repository import list_open_mentions
from localcare.triage import ruling
from localcare.triage.judging import ask_anew

MOST = 20_000


def judge_open_cases_again(session: Session, brand_id: int, key: str) -> int:
    """Have workers judge the mentions of open cases in which a rule's words stand; returns how many, 20,000 at most.

    A rule that is off is asked too: its words are where its verdicts were. Raises NotFoundError.
    """
    rule = ruling.get_rule(session, brand_id, key)
    return ask_anew(session, brand_id, rule.entry, list_open_mentions(session, brand_id, most=MOST))
