"""Which parser reads which field, and the fields that are known to be of no interest."""

from localcare.channels.facebook.core.change import Reader
from localcare.channels.facebook.core.feed import read_feed
from localcare.channels.facebook.core.instagram import read_instagram_comment, read_instagram_mention
from localcare.channels.facebook.core.mention import read_mention
from localcare.channels.facebook.core.messaging import read_messaging
from localcare.channels.facebook.core.ratings import read_ratings

# some senders, Meta's own dashboard test among them, put a messaging event under `changes`
_MESSAGING: dict[str, Reader] = dict.fromkeys(
    ("messages", "message_edit", "message_edits", "message_echoes", "messaging_postbacks", "message_reactions"),
    read_messaging,
)
READERS: dict[str, dict[str, Reader]] = {
    "page": {"feed": read_feed, "ratings": read_ratings, "mention": read_mention, **_MESSAGING},
    "instagram": {
        "comments": read_instagram_comment,
        "live_comments": read_instagram_comment,
        "mentions": read_instagram_mention,
        **_MESSAGING,
    },
}

_PROFILE_FIELDS = (
    *("about", "affiliation", "attire", "awards", "bio", "birthday", "category", "checkins", "company_overview"),
    *("culinary_team", "current_location", "description", "email", "fan_count", "features", "founded"),
    *("general_info", "general_manager", "hometown", "hours", "location", "members", "mission", "mpg", "name"),
    *("network", "parking", "payment_options", "personal_info", "personal_interests", "phone", "picture"),
    *("press_contact", "price_range", "product_review", "products", "public_transit", "studio", "website"),
)
_PROPOSAL = "Facebook proposes a change to the Page's details; it is decided on Facebook"
_PAGE_FIELDS = {
    "conversations": "only a nudge that a conversation moved; its messages arrive by themselves",
    "leadgen": "a filled-in lead form is not feedback",
    "leadgen_fat": "a filled-in lead form is not feedback",
    "live_videos": "the state of a live video; comments under it arrive by themselves",
    "videos": "the state of an upload; the post and its comments arrive by themselves",
    "page_change_proposal": _PROPOSAL,
    "page_upcoming_change": _PROPOSAL,
    **dict.fromkeys(_PROFILE_FIELDS, "a detail of the Page's own profile changed; nobody says anything"),
}
_INSTAGRAM_FIELDS = {"story_insights": "figures of a story, nobody's words"}
OF_NO_INTEREST: dict[str, dict[str, str]] = {"page": _PAGE_FIELDS, "instagram": _INSTAGRAM_FIELDS}

ABOUT_SIGNED_IN_PEOPLE = "about a person who signed in to the app, not about a Page"
OBJECTS_OF_NO_INTEREST = {"user": ABOUT_SIGNED_IN_PEOPLE, "permissions": ABOUT_SIGNED_IN_PEOPLE}
CHANNELS = {"page": "facebook", "instagram": "instagram"}
