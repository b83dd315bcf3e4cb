"""GET: one thing or one edge, projected on the wanted fields, with nested things and lists inside."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from localcare.sandbox import instagram_nodes, known_fields, nodes, thread_nodes
from localcare.sandbox.edges import Listing, Params, Thing, list_edge
from localcare.sandbox.fields import Field, parse_fields
from localcare.sandbox.nodes import Me, NodeType, Scope
from localcare.sandbox.objects import Comment, Conversation, Page, Post, Recommendation, Tag
from localcare.sandbox.paging import MOST_LOCATIONS, Slice, Wanted, cut
from localcare.sandbox.refusals import removed, unknown_field
from localcare.sandbox.thread_nodes import Said
from localcare.sandbox.wire import as_bool

_INNER = {"location": ("Location", known_fields.LOCATION)}


def read_node(thing: Thing, params: Params, scope: Scope) -> dict[str, object]:
    """The thing with the fields asked for, or with its default ones; its id always."""
    return _render(thing, parse_fields(params.get("fields")), (), scope)


def read_edge(thing: Thing, edge: str, params: Params, scope: Scope) -> dict[str, object]:
    """`{"data", "paging"}` of an edge. Raises the refusal for an edge the thing does not have."""
    listing = list_edge(thing, edge, params, scope)
    if listing is None:
        raise unknown_field(edge, _kind_of(thing, scope).name)
    wanted = Wanted.of(dict(params), lowered_to=MOST_LOCATIONS if edge == "locations" else None)
    part = cut(listing.things, wanted, newest_first=listing.newest_first, trap=scope.trap)
    fields = parse_fields(params.get("fields"))
    body: dict[str, object] = {"data": [_render(item, fields, listing.defaults, scope) for item in part.items]}
    paging = _paging(part, f"{scope.address}/{scope.version}/{_id(thing)}/{edge}", params)
    if paging:
        body["paging"] = paging
    return body | _summary(listing, params)


def _render(thing: Thing, fields: tuple[Field, ...], defaults: tuple[str, ...], scope: Scope) -> dict[str, object]:
    kind = _kind_of(thing, scope)
    return _render_as(kind, thing, fields or tuple(Field(name) for name in defaults or kind.defaults), scope)


def _render_as(
    kind: NodeType[Any], thing: Thing, wanted: tuple[Field, ...], scope: Scope
) -> dict[str, object]:  # fmt: skip
    out: dict[str, object] = {}
    for field in wanted:
        value = _value(kind, thing, field, scope)
        if value is not None:
            out[field.name] = value
    if kind.has_id and "id" not in out:
        out["id"] = _id(thing)
    return out


def _kind_of(thing: Thing, scope: Scope) -> NodeType[Any]:
    """What stands on Instagram shows other fields than the same thing on Facebook."""
    owner = scope.state.pages.get(thing.id if isinstance(thing, Page) else getattr(thing, "page_id", ""))
    if owner is not None and owner.is_on_instagram:
        return instagram_nodes.KINDS.get(type(thing)) or _KINDS[type(thing)]
    return _KINDS[type(thing)]


def _value(kind: NodeType[Any], thing: Thing, field: Field, scope: Scope) -> object:
    if isinstance(thing, Page) and thing.is_on_instagram and field.name in instagram_nodes.NAMED:
        named = instagram_nodes.find_named(thing, field.name, field.modifiers)
        return _render_as(instagram_nodes.NAMED[field.name], named, (Field("id"), *field.children), scope)
    getter = kind.getters.get(field.name)
    if getter is not None:
        return _inner(getter(thing, scope), field, scope)
    if field.name in kind.fixed:
        return _inner(kind.fixed[field.name], field, scope)
    if field.name in kind.known:
        return None
    if field.name in kind.removed:
        raise removed("deprecate_post_aggregated_fields_for_attachement", "v3.3")
    listing = list_edge(thing, field.name, field.modifiers, scope)
    if listing is None:
        raise unknown_field(field.name, kind.name)
    return _nested_list(thing, field, listing, scope)


def _nested_list(thing: Thing, field: Field, listing: Listing, scope: Scope) -> dict[str, object] | None:
    if not listing.things:
        return None
    part = cut(listing.things, Wanted.of(field.modifiers), newest_first=listing.newest_first)
    data = [_render(item, field.children, listing.defaults, scope) for item in part.items]
    token = {"access_token": scope.caller.token, **field.modifiers}
    paging = _paging(part, f"{scope.address}/{scope.version}/{_id(thing)}/{field.name}", token)
    return {"data": data, "paging": paging} | _summary(listing, field.modifiers)


def _summary(listing: Listing, params: Params) -> dict[str, object]:
    if listing.total is None or not as_bool(params.get("summary", "")):
        return {}
    return {"summary": {"order": "chronological", "total_count": listing.total, "can_comment": True}}


def _inner(value: object, field: Field, scope: Scope) -> object:
    if isinstance(value, Page | Comment):
        return _render(value, field.children, (), scope)
    if not field.children or not isinstance(value, dict):
        return value
    if isinstance(value.get("data"), list):
        return {"data": [_pick(item, field, scope) for item in value["data"]]}
    return _pick(value, field, scope)


def _pick(value: dict[str, object], field: Field, scope: Scope) -> dict[str, object]:
    node_type, known = _INNER.get(field.name, ("", None))
    for child in field.children:
        if known is not None and child.name not in known:
            raise unknown_field(child.name, node_type)
    return {child.name: _inner(value[child.name], child, scope) for child in field.children if child.name in value}


def _paging(part: Slice[Thing], url: str, params: Params) -> dict[str, object]:
    paging: dict[str, object] = {}
    if part.before is not None and part.after is not None:
        paging["cursors"] = {"before": part.before, "after": part.after}
    if part.has_next and part.after is not None:
        paging["next"] = _turn(url, params, "after", part.after)
    if part.has_previous and part.before is not None:
        paging["previous"] = _turn(url, params, "before", part.before)
    return paging


def _turn(url: str, params: Params, direction: str, cursor: str) -> str:
    kept = {name: value for name, value in params.items() if name not in ("after", "before", "appsecret_proof")}
    return f"{url}?{urlencode({**kept, 'pretty': '0', direction: cursor})}"


def _id(thing: Thing) -> str:
    match thing:
        case Tag():
            return thing.post_id
        case Said():
            return thing.message.id
        case Recommendation():
            return thing.story_id
        case _:
            return thing.id


_KINDS: Mapping[type[Thing], NodeType[Any]] = {
    Page: nodes.PAGE,
    Post: nodes.POST,
    Tag: nodes.TAG,
    Comment: nodes.COMMENT,
    Recommendation: nodes.RECOMMENDATION,
    Conversation: thread_nodes.CONVERSATION,
    Said: thread_nodes.MESSAGE,
    Me: nodes.USER,
}
