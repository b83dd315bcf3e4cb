"""Graph's error answers, worded as Graph words them (https://developers.facebook.com/docs/graph-api/guides/error-handling)."""

OAUTH = "OAuthException"
METHOD = "GraphMethodException"

BROKEN_TOKEN = {
    458: "Error validating access token: The user has not authorized application {app}.",
    459: "Error validating access token: The user is enrolled in a blocking, logged-in checkpoint.",
    460: "Error validating access token: The session has been invalidated because the user changed their password or "
    "Facebook has changed the session for security reasons.",
    463: "Error validating access token: Session has expired.",
    464: "Error validating access token: Sessions for the user are not allowed because the user is not confirmed.",
    467: "Error validating access token: This may be because the user logged out or may be due to a system error.",
    492: "Error validating access token: Session does not match current stored session. This may be because the user "
    "no longer has a role on the Page.",
}
REVIEW = "Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages"
FEATURE = "https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS"


class GraphRefusal(Exception):  # noqa: N818 -- it is an answer, not a fault of ours
    """An error answer. `minutes` is the time to regain access when a limit was hit."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int | None = None,
        kind: str = OAUTH,
        status: int = 400,
        is_transient: bool | None = None,
        title: str | None = None,
        explanation: str | None = None,
        minutes: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.subcode = subcode
        self.kind = kind
        self.status = status
        self.is_transient = is_transient
        self.title = title
        self.explanation = explanation
        self.minutes = minutes

    def body(self, trace_id: str) -> dict[str, object]:
        """The JSON answer; a part that is not known is left out, as Graph does."""
        error: dict[str, object] = {"message": self.message, "type": self.kind, "code": self.code}
        optional: dict[str, object | None] = {
            "error_subcode": self.subcode,
            "is_transient": self.is_transient,
            "error_user_title": self.title,
            "error_user_msg": self.explanation,
        }
        error.update({key: value for key, value in optional.items() if value is not None})
        return {"error": {**error, "fbtrace_id": trace_id}}


def invalid(message: str, *, subcode: int | None = None) -> GraphRefusal:
    """A parameter cannot be used."""
    return GraphRefusal(100, f"(#100) {message}", subcode=subcode)


def require_content(message: str, photo: str | None) -> None:
    """Something without words and without a picture cannot be posted."""
    if not message.strip() and not photo:
        raise invalid("Missing message or attachment")


def unknown_object(object_id: str, method: str) -> GraphRefusal:
    """Gone, never there, or not for this token: Graph does not say which."""
    return GraphRefusal(
        100,
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        subcode=33,
        kind=METHOD,
    )


def unsupported(method: str) -> GraphRefusal:
    """The object exists but cannot be asked this way."""
    return GraphRefusal(100, f"Unsupported request - method type: {method.lower()}", kind=METHOD)


def unknown_field(name: str, node_type: str) -> GraphRefusal:
    """A field or edge this type of node does not have."""
    return invalid(f"Tried accessing nonexisting field ({name}) on node type ({node_type})")


def removed(what: str, version: str) -> GraphRefusal:
    """A part of the API that was taken away; asking for it spoils the whole request."""
    return GraphRefusal(12, f"(#12) {what} is deprecated for versions {version} and higher")


def bad_token(message: str, *, subcode: int | None = None) -> GraphRefusal:
    """The token itself is the problem."""
    return GraphRefusal(190, message, subcode=subcode, status=400)


def missing_permission(permission: str) -> GraphRefusal:
    """The token is good, but may not read this."""
    return GraphRefusal(
        10,
        f"(#10) This endpoint requires the '{permission}' permission or the 'Page Public Content Access' feature. "
        f"{REVIEW} and {FEATURE} for details.",
    )


def may_not_write(why: str) -> GraphRefusal:
    """The token is good, but may not change this."""
    return GraphRefusal(200, f"(#200) {why}")


def duplicate() -> GraphRefusal:
    """The same words in the same place within a short time."""
    return GraphRefusal(
        506,
        "(#506) Duplicate status message",
        subcode=1455006,
        is_transient=False,
        title="Duplicate Status Update",
        explanation="This status update is identical to the last one you posted. Try posting something different, or "
        "delete your previous update.",
    )


def outside_window(*, on_instagram: bool = False) -> GraphRefusal:
    """The person wrote too long ago for this kind of message."""
    return GraphRefusal(
        10,
        "(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
        "https://developers.facebook.com/docs/messenger-platform/policy-overview",
        subcode=2534022 if on_instagram else 2018278,
    )


def throttled(minutes: int) -> GraphRefusal:
    """The Page's budget of calls is spent for `minutes`."""
    return GraphRefusal(
        80001,
        "(#80001) There have been too many calls to this Page account. Wait a bit and try again. For more info, please "
        "refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting#pages.",
        subcode=2446079,
        is_transient=True,
        minutes=minutes,
    )


def app_throttled() -> GraphRefusal:
    """The app has called too often in no Page's name."""
    return GraphRefusal(4, "(#4) Application request limit reached", is_transient=True, status=403)


def posts_too_fast() -> GraphRefusal:
    """The Page has written too much at once, and must be silent for a while."""
    return GraphRefusal(
        368,
        "(#368) The action attempted has been deemed abusive or is otherwise disallowed",
        subcode=1390008,
        is_transient=True,
        title="You Can't Use This Feature Right Now",
        explanation="We limit how often you can post, comment or do other things in a given amount of time in order to "
        "help protect the community from spam. You can try again later.",
    )
