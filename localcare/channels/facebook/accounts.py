"""A Page's professional account on Instagram: asked of the Page, kept with its access, linked where the Page is linked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from localcare.channels.facebook import accounts_repository as repository
from localcare.channels.facebook.batching import Question, ask_many
from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.rest_instagram import Account, account_of
from localcare.channels.facebook.session import GraphSession
from localcare.channels.facebook.subscribing import PageKey
from localcare.stores.service import link_pages

SCOPE = "instagram_basic"
_FIELDS = "instagram_business_account{id,username}"
_PLAIN = str.maketrans(',"\r\n', "    ")


@dataclass(frozen=True, slots=True)
class AccountTold:
    """What Facebook said when it was asked for a Page's account: this one, or that there is none."""

    account: Account | None


def ask_accounts(graph: GraphSession, pages: Sequence[PageKey]) -> list[AccountTold | None]:
    """The account of each Page; None where nothing was told. Nothing is raised."""
    asked = [Question("GET", (page.page_id,), {"fields": _FIELDS}, token=page.token) for page in pages]
    told = ask_many(graph, asked)
    return [None if isinstance(each.answer, GraphError) else AccountTold(account_of(each.answer)) for each in told]


def link_accounts(session: Session, brand_id: int, *, now: datetime) -> int:
    """Link accounts that were never linked to what their Page is linked to; returns how many.

    Once an account is linked, where it belongs is people's to say.
    """
    fresh = repository.list_fresh(session, brand_id)
    if not fresh:
        return 0
    lines = ["page_id,name,channel,store_number,region,kind\n"]
    for each in fresh:
        name = f"@{each.username}".translate(_PLAIN) if each.username else each.account_id
        lines.append(f"{each.account_id},{name},instagram,{each.store_number},{each.region},{each.kind}\n")
    return link_pages(session, brand_id, lines, now=now, by="instagram").linked
