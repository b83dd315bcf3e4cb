"""`--reviews FILE.csv`: real reviews come in one after another, by the import lane, as if they were written now."""

from __future__ import annotations

import random
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from localcare.channels.csv_file import BadRow, parse_mentions_csv
from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.demo.stream import draw_pause
from localcare.errors import InvalidError
from localcare.intake import service as intake
from localcare.intake.core import Delivery, Lane
from localcare.kit.clock import Clock
from localcare.kit.db import ALL_BRANDS, Database
from localcare.mentions.core import MentionChange

CHANNEL = "google"


@dataclass
class ReviewStream:
    """Reviews of a file, each moved to the present and to a store of the demo when the file's is none of its."""

    file: Path
    store_numbers: Sequence[str]
    database: Database
    brand_id: int
    clock: Clock
    rng: random.Random

    def run(self, stop: threading.Event) -> None:
        """Tell one review after the other until the file ends or the demo does."""
        for change in self.reviews():
            self.tell(change)
            if stop.wait(draw_pause(self.rng, self.clock.now())):
                return

    def reviews(self) -> Iterator[MentionChange]:
        """The file's reviews as they will be told; rows that cannot be read are left out."""
        with self.file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            yield from read_reviews(lines, self.store_numbers, self.clock)

    def tell(self, change: MentionChange) -> None:
        """Put one review on the event log."""
        body = encode_changes([change])
        delivery = Delivery(Lane.IMPORT, STORED, body, self.clock.now(), brand_id=self.brand_id)
        with self.database.session(ALL_BRANDS, viewer="demo") as session:
            intake.accept(session, [delivery])


def read_reviews(lines: Iterable[str], store_numbers: Sequence[str], clock: Clock) -> Iterator[MentionChange]:
    """The changes of a file, each at the moment at which it is taken."""
    known = set(store_numbers)
    for outcome in parse_mentions_csv(lines, channel=CHANNEL, now=clock.now()):
        if not isinstance(outcome, BadRow):
            yield _moved(outcome, store_numbers, known, clock.now())


def require_readable(file: Path) -> None:
    """Raise InvalidError when there is no such file, before anything is started for it."""
    try:
        file.open("rb").close()
    except OSError as error:
        raise InvalidError(f"{file} cannot be read: {error.strerror}.") from error


def _moved(change: MentionChange, stores: Sequence[str], known: set[str], now: datetime) -> MentionChange:
    present = replace(change, at=now, created_at=now)
    if change.store_number in known:
        return present
    stranger = (change.store_number or change.external_id).encode()
    return replace(present, store_number=stores[zlib.crc32(stranger) % len(stores)], place=None)
