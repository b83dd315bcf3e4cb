"""Which lane is read how, on Facebook and on Instagram."""

from collections.abc import Callable, Mapping

from localcare.channels.facebook.core.graph_error import GraphError
from localcare.channels.facebook.core.outcome import MisshapenError
from localcare.channels.facebook.core.schedule import PollLane
from localcare.channels.facebook.polling import (
    LaneRead,
    PageCalls,
    Reading,
    VisitOverError,
    read_comments,
    read_conversations,
    read_feed,
    read_tagged,
)
from localcare.channels.facebook.polling_instagram import read_media, read_named, read_tags


def read_lane(calls: PageCalls, reading: Reading) -> LaneRead:
    """Read one lane. Nothing is raised: a failure stands in the result, beside what was seen before it."""
    read = LaneRead(reading)
    try:
        _READERS[reading.lane](calls, read)
        read.is_whole = read.misshapen == 0 and read.error is None and not read.is_cut_short
    except MisshapenError:
        read.misshapen += 1
    except GraphError as error:
        read.error = error
    except VisitOverError:
        read.is_cut_short = True
    return read


_READERS: Mapping[PollLane, Callable[[PageCalls, LaneRead], None]] = {
    PollLane.FEED: read_feed,
    PollLane.TAGGED: read_tagged,
    PollLane.COMMENTS: read_comments,
    PollLane.CONVERSATIONS: read_conversations,
    PollLane.INSTAGRAM_MEDIA: read_media,
    PollLane.INSTAGRAM_TAGS: read_tags,
    PollLane.INSTAGRAM_NAMED: read_named,
    PollLane.INSTAGRAM_MESSAGES: read_conversations,
}
