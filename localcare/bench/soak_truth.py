"""What really stands on the stand-in after a soak, what we believe, and the difference of the two, one by one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from sqlalchemy import text

from localcare.kit.db import ALL_BRANDS, Database
from localcare.sandbox.objects import Author, Comment, Post
from localcare.sandbox.world import World

_MENTIONS = text("""
    select external_id, text, author_external_id, author_name, from_page, hidden, removed_at is not null as removed
    from mention where channel = 'facebook'
""")
_REPLIES = text("""
    select r.state, r.text, coalesce(r.error, '') as error, k.external_id as turn_id
    from reply r join mention_key k on k.id = r.turn_id
""")
ENDED_WELL = ("sent", "confirmed", "deleted")
_ON_THEIR_WAY = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Known:
    """One mention as it is, or as we believe it is. Of what was removed only that is left.

    Whose message it is, webhooks tell by id alone: the name is known when the conversation has been read (`may_lack_name`).
    """

    text: str = ""
    author_id: str | None = None
    author_name: str | None = None
    from_page: bool = False
    hidden: bool = False
    removed: bool = False
    may_lack_name: bool = field(default=False, compare=False)

    def agrees(self, believed: "Known") -> bool:
        """Whether this truth may be believed so."""
        return self == believed or (self.may_lack_name and replace(self, author_name=None) == believed)


REMOVED = Known(removed=True)


@dataclass(frozen=True, slots=True)
class Differences:
    """Ids of what we do not have, of what is not there, and of what is otherwise than we believe (with both).

    `still_believed` apart: what fell silently with what it stood below, and which we believe is there.
    """

    missing: tuple[str, ...]
    invented: tuple[str, ...]
    otherwise: tuple[tuple[str, Known, Known], ...]
    still_believed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many mentions are not as they are."""
        return len(self.missing) + len(self.invented) + len(self.otherwise)

    def examples(self, most: int = 8) -> Iterator[str]:
        """Some of them in words, for whoever has to find out why."""
        for kind, ids in (("missing", self.missing), ("invented", self.invented)):
            yield from (f"{kind}: {external_id}" for external_id in ids[:most])
        for external_id, is_so, believed in self.otherwise[:most]:
            yield f"otherwise: {external_id} is {is_so}, believed {believed}"


@dataclass(frozen=True, slots=True)
class ReplyCount:
    """What became of the answers, and how often each stands on the network.

    `lost`: said to have been sent and never there, or there and not known to be, or still on their way, with what they
    answer. `given_up`: failed although what they answer still stands.
    """

    by_state: Mapping[str, int]
    duplicates: int
    lost: tuple[str, ...]
    given_up: tuple[str, ...]
    reasons: Mapping[str, int]


def truth_of(world: World, removed: set[str]) -> dict[str, Known]:
    """Everything that was ever said there, by id."""
    things: list[Post | Comment] = [*world.posts.values(), *world.comments.values()]
    truth = {thing.id: _public(thing) for thing in things}
    for page in world.pages.values():
        truth |= {tag.comment_id or tag.post_id: Known(tag.message) for tag in page.tags}
    for message, thread in world.messages.values():
        author = world.pages[thread.page_id].author if message.from_page else thread.person
        truth[message.id] = Known(message.text, author.id, author.name, message.from_page, may_lack_name=True)
    return truth | dict.fromkeys(removed, REMOVED)


def beliefs_of(database: Database) -> dict[str, Known]:
    """Every mention we have, by id."""
    with database.session(ALL_BRANDS) as session:
        rows = session.execute(_MENTIONS).all()
    return {external_id: REMOVED if known[-1] else Known(*known) for external_id, *known in rows}


def compare(truth: Mapping[str, Known], beliefs: Mapping[str, Known], *, fallen: AbstractSet[str]) -> Differences:
    """Where we are wrong; of what has fallen silently apart from the rest."""
    still_believed = {name for name in fallen & beliefs.keys() if not beliefs[name].removed}
    both = (truth.keys() & beliefs.keys()) - still_believed
    return Differences(
        missing=tuple(sorted(truth.keys() - beliefs.keys())),
        invented=tuple(sorted(beliefs.keys() - truth.keys())),
        otherwise=tuple(
            (name, truth[name], beliefs[name]) for name in sorted(both) if not truth[name].agrees(beliefs[name])
        ),
        still_believed=tuple(sorted(still_believed)),
    )


def count_replies(database: Database, world: World, removed_words: Counter[str]) -> ReplyCount:
    """Each answer has words of its own, so its copies on the network are counted by them; `removed_words` stood there once."""
    standing = _page_words(world)
    ever = standing + removed_words
    with database.session(ALL_BRANDS) as session:
        replies = session.execute(_REPLIES).all()
    return ReplyCount(
        by_state=Counter(reply.state for reply in replies),
        duplicates=sum(max(0, ever[reply.text] - 1) for reply in replies),
        lost=tuple(
            f"{reply.state}, {standing[reply.text]} there of {ever[reply.text]}, to {reply.turn_id}: {reply.error}"
            for reply in replies
            if _is_lost(reply.state, standing[reply.text], ever[reply.text])
        ),
        given_up=tuple(
            f"{reply.turn_id}: {reply.error}"
            for reply in replies
            if reply.state == "failed" and _stands(world, reply.turn_id)
        ),
        reasons=Counter(reply.error[:90] for reply in replies if reply.state not in ENDED_WELL),
    )


def _stands(world: World, turn_id: str) -> bool:
    """Whether the customer's words are there to be answered, with the post they are below."""
    return turn_id in world.messages or world.find_object(turn_id) is not None


def _is_lost(state: str, now_there: int, ever_there: int) -> bool:
    """Of what fell with the words it answers before anybody could look for it, nobody can know that it once stood there."""
    if state in ENDED_WELL:
        return ever_there == 0
    return state in _ON_THEIR_WAY or now_there > 0


def _page_words(world: World) -> Counter[str]:
    said = Counter(message.text for message, _ in world.messages.values() if message.from_page)
    return said + Counter(thing.message for thing in world.comments.values() if thing.author.id == thing.page_id)


def _public(thing: Post | Comment) -> Known:
    author: Author = thing.author
    return Known(thing.message, author.id, author.name, author.id == thing.page_id, thing.is_hidden)
