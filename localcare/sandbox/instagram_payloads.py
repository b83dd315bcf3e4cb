"""What Instagram tells of what happens: new comments with a username, mentions as bare ids, messages like Messenger's.

It tells of no edit, hiding or removal. Source: https://developers.facebook.com/docs/instagram-platform/webhooks/examples/
"""

from localcare.sandbox.payloads import PageUpdate

FIELDS = ("comments", "mentions", "messages")


def as_instagram(update: PageUpdate) -> PageUpdate | None:
    """The same event as Instagram tells it; None for what it keeps to itself."""
    if update.is_messaging:
        is_delivery = update.field == "message_deliveries"
        return None if is_delivery else PageUpdate(update.page_id, "messages", update.value, network="instagram")
    if update.field == "mention":
        return PageUpdate(update.page_id, "mentions", _mention(update.value), network="instagram")
    if (update.value.get("item"), update.value.get("verb")) == ("comment", "add"):
        return PageUpdate(update.page_id, "comments", _comment(update.value), network="instagram")
    return None


def _comment(value: dict[str, object]) -> dict[str, object]:
    author = value.get("from")
    who = {"id": author.get("id"), "username": author.get("name")} if isinstance(author, dict) else None
    told: dict[str, object] = {
        "id": value["comment_id"],
        "text": value["message"],
        "media": {"id": value["post_id"], "media_product_type": "FEED"},
    }
    if who:
        told["from"] = who
    if value["parent_id"] != value["post_id"]:
        told["parent_id"] = value["parent_id"]
    return told


def _mention(value: dict[str, object]) -> dict[str, object]:
    told: dict[str, object] = {"media_id": value["post_id"]}
    return told | ({"comment_id": value["comment_id"]} if "comment_id" in value else {})
