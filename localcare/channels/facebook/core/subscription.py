"""Which webhook fields we want, and whether the app and a Page are subscribed to them: Meta sends what both have.

Source: Meta's references of `/{page}/subscribed_apps` and `/{app}/subscriptions`.
"""

from collections.abc import Sequence
from dataclasses import replace

from localcare.channels.facebook.core.read import Json, id_at, nodes_at, text_at
from localcare.channels.facebook.core.scopes import MESSAGE_SCOPE, Finding, Weight

POST_FIELDS = ("feed", "mention")
MESSAGE_FIELDS = ("messages", "message_echoes", "message_edits")
WANTED_FIELDS = (*POST_FIELDS, *MESSAGE_FIELDS)

_ACCOUNT_FIELDS = {
    "comments": "instagram_manage_comments",
    "mentions": "instagram_manage_comments",
    "messages": "instagram_manage_messages",
}
_MENDER = "an administrator of this installation"
_REMEDY = "Run localcare pages subscribe."


def fields_for(scopes: Sequence[str]) -> tuple[str, ...]:
    """The fields a token with these permissions can subscribe a Page to; Meta refuses all for one it cannot."""
    return WANTED_FIELDS if MESSAGE_SCOPE in scopes else POST_FIELDS


def account_fields_for(scopes: Sequence[str]) -> tuple[str, ...]:
    """The app's fields on Instagram that a token with these permissions is told of; none without any."""
    return tuple(field for field, scope in _ACCOUNT_FIELDS.items() if scope in scopes)


def page_fields(answer: Json, app_id: str | None) -> tuple[str, ...]:
    """The fields our app has in an answer of `/{page}/subscribed_apps`; other apps' subscriptions are theirs."""
    for app in nodes_at(answer, "data"):
        if app_id is None or id_at(app, "id") == app_id:
            return _names(app.get("subscribed_fields"))
    return ()


def app_subscription(answer: Json, thing: str = "page") -> Json | None:
    """The app's subscription to Pages, or to `instagram`, in an answer of `/{app}/subscriptions`."""
    return next((each for each in nodes_at(answer, "data") if text_at(each, "object") == thing), None)


def app_fields(subscription: Json | None) -> tuple[str, ...]:
    """The fields of the app's subscription."""
    return _names(subscription.get("fields")) if subscription else ()


def judge_app(subscription: Json | None, *, callback_url: str, fields: Sequence[str]) -> list[Finding]:
    """What stands between Facebook and our webhook at the app's level; empty when it is right."""
    if subscription is None:
        return [Finding("app-none", "stops", "The app is not subscribed: Facebook sends nothing.", _MENDER, _REMEDY)]
    found = []
    there = text_at(subscription, "callback_url") or "nowhere"
    if there.rstrip("/") != callback_url.rstrip("/"):
        found.append(Finding(
            "app-callback", "stops", f"The app sends its webhooks to {there}, not to {callback_url}.", _MENDER,
            "Run localcare pages subscribe --take-over if nothing else uses this app.",
        ))  # fmt: skip
    if subscription.get("active") is False:
        found.append(Finding("app-off", "stops", "Facebook has turned the app's webhooks off.", _MENDER, _REMEDY))
    if subscription.get("include_values") is False:
        found.append(Finding(
            "app-values", "stops", "Facebook tells only that something changed, and not what: “Include Values” is off.",
            _MENDER, _REMEDY,
        ))  # fmt: skip
    missing = [name for name in fields if name not in app_fields(subscription)]
    if missing:
        weight: Weight = "stops" if "feed" in missing else "limits"
        says = f"The app is not subscribed to {', '.join(missing)}: that part is never sent, whatever the Pages have."
        found.append(Finding("app-fields", weight, says, _MENDER, _REMEDY))
    return found


def judge_app_on_instagram(subscription: Json | None, *, callback_url: str, fields: Sequence[str]) -> list[Finding]:
    """As `judge_app`, of what comes from Instagram: the Pages go on without it."""
    if subscription is None:
        says = "The app is not subscribed to Instagram: its comments, mentions and messages come only by reading."
        return [Finding("instagram:app-none", "limits", says, _MENDER, _REMEDY)]
    found = judge_app(subscription, callback_url=callback_url, fields=fields)
    return [
        replace(each, slug=f"instagram:{each.slug}", weight="limits", says=f"Instagram: {each.says}") for each in found
    ]


def _names(listed: object) -> tuple[str, ...]:
    """Fields come as names, or as objects with a name and a version."""
    if not isinstance(listed, list):
        return ()
    names = [each.get("name") if isinstance(each, dict) else each for each in listed]
    return tuple(name for name in names if isinstance(name, str))
