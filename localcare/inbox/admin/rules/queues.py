"""Which queue a mention of a dry run would go to, by the brand's routing policy and that mention alone."""

from sqlmodel import Session

from localcare.cases.core import Summary
from localcare.routing.core import Beside, place
from localcare.routing.service import PolicyShelf
from localcare.triage.core import Verdict
from localcare.triage.rule_trial import QueueOf, ReadMention

_EXCERPT = ""  # the policy looks at facts, never at words


def queues_by_policy(session: Session, brand_id: int) -> QueueOf:
    """Asks the policy in force now. All stores' inboxes are one: rules don't decide which store it is."""
    policy = PolicyShelf().policy_of(session, brand_id)

    def queue_of(mention: ReadMention, verdict: Verdict) -> str:
        beside = Beside("store" if mention.on_store_page else "brand", at=mention.created_at)
        queue = place(_summary(mention, verdict), mention.store, policy, beside).queue
        return "store" if queue.startswith("store:") else queue

    return queue_of


def _summary(mention: ReadMention, verdict: Verdict) -> Summary:
    return Summary(
        channel=mention.channel, page_id=None, store_id=mention.store_id, resolution_status=mention.resolution,
        author_external_id=None, author_name=mention.author, topic=verdict.topic, tier=verdict.tier, matter=verdict.matter,
        sentiment=verdict.sentiment, urgency=verdict.urgency, risks=verdict.risks, language=verdict.language,
        excerpt=_EXCERPT, lead_mention_id=mention.id, mention_count=1, last_customer_at=mention.created_at,
    )  # fmt: skip
