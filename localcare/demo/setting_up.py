"""The demo's brand as an installation has it: directory, Pages, people, saved replies, Page tokens."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from localcare.channels.facebook.service import save_tokens
from localcare.demo.brand import DemoBrand
from localcare.demo.conversation import load_conversation
from localcare.demo.repository import find_people
from localcare.demo.rota import draw_rota
from localcare.errors import NotFoundError
from localcare.kit.db import ALL_BRANDS, set_actor
from localcare.kit.runtime import Runtime
from localcare.people import duty as people
from localcare.people import roster
from localcare.people.core import SystemViewer
from localcare.people.service import add_brand, get_brand
from localcare.replies.saved import SavedText, keep_saved_replies
from localcare.sandbox.world import World
from localcare.stores import service as stores

_ACTOR = "demo"


def set_up_brand(session: Session, brand: DemoBrand, *, now: datetime, with_people: bool = True) -> int:
    """Make the brand, or bring it up to the shipped files, and return its id. Needs a session of all brands."""
    brand_id = _find_or_add(session, brand, now)
    set_actor(session, brand_id, viewer=_ACTOR)
    directory = _as_csv([asdict(store) for store in brand.stores])
    stores.import_directory(session, brand_id, directory.splitlines(keepends=True), now=now)
    own_page = _as_csv([{"page_id": brand.brand_page_id, "name": brand.name, "store_number": ""}])
    stores.link_pages(session, brand_id, own_page.splitlines(keepends=True), now=now)
    if with_people:
        people = _as_csv([person.row() for person in brand.people])
        roster.import_people(session, SystemViewer(brand_id, _ACTOR), people, now=now)
        _keep_rota(session, brand_id, brand, now=now)
        keep_saved_replies(session, brand_id, list(_saved_texts()))
    set_actor(session, ALL_BRANDS, viewer=_ACTOR)
    return brand_id


def connect_pages(runtime: Runtime, brand_id: int, world: World) -> int:
    """Keep the token of every Page of the stand-in, as if each had been connected; returns how many."""
    tokens = {page.id: page.access_token for page in world.pages.values()}
    with runtime.db.session(brand_id, viewer=_ACTOR) as session:
        save_tokens(session, runtime.cipher, brand_id, tokens, now=runtime.clock.now())
    return len(tokens)


def _find_or_add(session: Session, brand: DemoBrand, now: datetime) -> int:
    try:
        found = get_brand(session, brand.slug)
    except NotFoundError:
        found = add_brand(session, brand.slug, brand.name, now)
    assert found.id is not None  # noqa: S101 (a stored row has an id)
    return found.id


def _keep_rota(session: Session, brand_id: int, brand: DemoBrand, *, now: datetime) -> None:
    """Give everybody of the national team their shifts, but for the one whom the demo's sign-in link makes you."""
    viewer = SystemViewer(brand_id, _ACTOR)
    agents = [each for each in people.list_duties(session, brand_id, day=now.date()) if each.skills]
    if agents:
        looks_on = find_people(session, brand_id, [brand.featured_person("agent").email]).values()
        for line in draw_rota([each for each in agents if each.person_id not in looks_on]):
            people.edit_duty(session, viewer, line.person_id, line.form, now=now)


def _saved_texts() -> Iterable[SavedText]:
    for saved in load_conversation().saved_replies:
        yield SavedText(
            title=saved.title,
            topic=saved.topics[0],
            language=saved.language,
            body=saved.text,
            owner=saved.owner,
            review_on=saved.review_on,
        )


def _as_csv(rows: Sequence[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
