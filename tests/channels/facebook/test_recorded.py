"""Every recorded payload has its row of expected outcome, and every row holds.

The rows were checked by hand against the payloads. `(empty)` is a text without words, an empty cell is silence.
"""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from localcare.channels.facebook.core import NoInterest, Parsed, SetAside, parse_delivery
from localcare.mentions.core import Attachment, MentionChange

HERE = Path(__file__).parent
RECORDED = sorted(path.name for path in (HERE / "recorded").glob("*.json"))


def _expected() -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    with (HERE / "expected.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row.pop("file"), []).append({key: cell for key, cell in row.items() if cell})
    return rows


EXPECTED = _expected()


def test_every_recorded_payload_has_a_row_and_every_row_a_payload() -> None:
    assert len(RECORDED) == 140
    assert sorted(EXPECTED) == RECORDED


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_payload_comes_out_as_its_row_says(name: str) -> None:
    outcomes = parse_delivery((HERE / "recorded" / name).read_bytes())
    assert [_row(outcome) for outcome in outcomes] == EXPECTED[name]


@pytest.mark.parametrize("name", RECORDED)
def test_escaping_and_spacing_of_the_json_change_nothing(name: str) -> None:
    body = (HERE / "recorded" / name).read_bytes()
    compact = json.dumps(json.loads(body), separators=(",", ":")).replace("/", "\\/").encode()
    assert parse_delivery(compact) == parse_delivery(body)


def _row(outcome: Parsed) -> dict[str, str]:
    match outcome:
        case NoInterest(page_id, what, why):
            row = {"outcome": "no interest", "page_id": page_id or "", "what": f"{what}: {why}"}
        case SetAside(page_id, what, why):
            row = {"outcome": "set aside", "page_id": page_id or "", "what": f"{what}: {why}"}
        case MentionChange():
            row = _mention_row(outcome)
    return {key: cell for key, cell in row.items() if cell}


def _mention_row(change: MentionChange) -> dict[str, str]:
    assert change.channel == "facebook"
    assert len(change.digest) == 16
    return {
        "outcome": "mention",
        "page_id": change.page_id or "",
        "verb": change.verb.value,
        "kind": change.kind,
        "external_id": change.external_id,
        "thread_id": change.thread_id or "",
        "parent_id": change.parent_id or "",
        "author_id": change.author_id or "",
        "author_name": change.author_name or "",
        "from_page": "page" if change.from_page else "",
        "text": "(empty)" if change.text == "" else change.text or "",
        "rating": str(change.rating or ""),
        "recommends": "" if change.recommends is None else str(change.recommends).lower(),
        "attachments": " ".join(map(_attachment, change.attachments)),
        "place": f"{change.place.lat},{change.place.lng}" if change.place else "",
        "created_at": _iso(change.created_at),
        "at": _iso(change.at),
    }


def _attachment(attachment: Attachment) -> str:
    return f"{attachment.type}={attachment.url or ''}"


def _iso(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""
