"""Who gets webhooks: a field is sent when both the app and the Page are subscribed to it."""

from localcare.sandbox.edges import Params
from localcare.sandbox.nodes import Scope
from localcare.sandbox.objects import Page, TokenKind
from localcare.sandbox.refusals import GraphRefusal, invalid, may_not_write
from localcare.sandbox.state import State
from localcare.sandbox.tokens import told_of
from localcare.sandbox.wire import as_bool, as_names

Answer = dict[str, object]
_TASKS_TO_SUBSCRIBE = frozenset(("CREATE_CONTENT", "MANAGE", "MODERATE"))
SUBSCRIBABLE = frozenset(
    """
    affiliation attire awards bio birthday category checkins company_overview conversations current_location
    description email feed follow founded general_info hometown hours inbox_labels invalid_topic_placeholder leadgen
    leadgen_fat leadgen_update live_videos location members mention merchant_review message_context
    message_deliveries message_echoes message_edits message_mention message_reactions message_reads messages
    messaging_account_linking messaging_feedback messaging_handovers messaging_optins messaging_optouts
    messaging_policy_enforcement messaging_postbacks messaging_referrals mission name page_about_story
    page_change_proposal page_upcoming_change parking payment_options phone picture price_range product_review
    products public_transit ratings registration response_feedback standby story_share user_action videos website
    """.split()  # noqa: SIM905 -- sixty names read better without quotes
)


def subscribed_apps(page: Page, scope: Scope) -> Answer:
    """GET `/{page}/subscribed_apps`."""
    scope.caller.require_owning(page.id)
    app = scope.state.app
    if not page.subscribed_fields:
        return {"data": []}
    link = f"https://www.facebook.com/games/?app_id={app.id}"
    return {"data": [{"link": link, "name": app.name, "id": app.id, "subscribed_fields": list(page.subscribed_fields)}]}


def subscribe_page(page: Page, params: Params, scope: Scope) -> Answer:
    """POST `/{page}/subscribed_apps`. A dead field (`ratings`) is accepted and stays silent."""
    fields = _known(as_names(params.get("subscribed_fields")), "subscribed_fields")
    if not set(page.tasks) & _TASKS_TO_SUBSCRIBE:
        raise may_not_write("User does not have sufficient administrative permission for this action on this page")
    for name in fields:
        needed = "pages_messaging" if name.startswith(("message", "messaging")) else "pages_manage_metadata"
        if needed not in scope.caller.scopes:
            raise may_not_write(f"To subscribe to the {name} field, one of these permissions is needed: {needed}")
    page.subscribed_fields = fields
    return {"success": True}


def unsubscribe_page(page: Page) -> Answer:
    """DELETE `/{page}/subscribed_apps`."""
    page.subscribed_fields = ()
    return {"success": True}


def subscriptions(state: State, scope: Scope) -> Answer:
    """GET `/{app}/subscriptions`, for the app's own token."""
    require_app(scope)
    if not state.callback_url:
        return {"data": []}
    subscribed = {"page": state.app_fields, "instagram": state.instagram_fields}
    return {
        "data": [
            {"object": name, "callback_url": state.callback_url, "active": True, "include_values": state.includes_values,
             "fields": [{"name": field, "version": scope.version} for field in fields]}
            for name, fields in subscribed.items() if fields
        ]
    }  # fmt: skip


def subscribe_app(state: State, params: Params, scope: Scope) -> Answer:
    """POST `/{app}/subscriptions`; the handshake with the callback has already succeeded."""
    require_app(scope)
    fields = as_names(params.get("fields"))
    match params.get("object"):
        case "page":
            state.app_fields = _known(fields, "fields")
        case "instagram":
            state.instagram_fields = fields
        case _:
            raise invalid("Param object must be one of {page, instagram}")
    state.callback_url = params.get("callback_url", "")
    state.includes_values = as_bool(params.get("include_values", "false"))
    return {"success": True}


def unsubscribe_app(state: State, scope: Scope) -> Answer:
    """DELETE `/{app}/subscriptions`."""
    require_app(scope)
    state.callback_url, state.app_fields, state.instagram_fields = "", (), ()
    return {"success": True}


def debug_token(state: State, params: Params, scope: Scope) -> Answer:
    """GET `/debug_token?input_token=`: what is known about a token, good or not."""
    value = params.get("input_token", "")
    if scope.caller.kind is TokenKind.PAGE and scope.caller.token != value:
        raise GraphRefusal(100, "(#100) You must provide an app access token, or a user access token of the app")
    return {"data": told_of(state, state.tokens.get(value))}


def require_app(scope: Scope) -> None:
    """Only the app's own token may change where its webhooks go."""
    if scope.caller.kind is not TokenKind.APP:
        raise GraphRefusal(15, "(#15) This method must be called with an app access_token.", status=403)


def _known(names: tuple[str, ...], param: str) -> tuple[str, ...]:
    if not names:
        raise invalid(f"The parameter {param} is required.")
    for index, name in enumerate(names):
        if name not in SUBSCRIBABLE:
            raise invalid(f"Param {param}[{index}] must be one of {{{', '.join(sorted(SUBSCRIBABLE))}}} - got {name!r}")
    return names
