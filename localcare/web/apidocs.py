"""`/api/docs`: the API as a page of ours, made from the OpenAPI document; no scripts from elsewhere, readable on a phone.

Include `router` and give FastAPI `docs_url=None`: its own page loads scripts that our Content-Security-Policy refuses.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.openapi.models import (
    OpenAPI,
    Operation,
    Parameter,
    PathItem,
    Reference,
    RequestBody,
    Response,
    Schema,
    SchemaOrBool,
)
from fastapi.responses import HTMLResponse

from localcare.web.pages import Page, render

router = APIRouter(include_in_schema=False)

_METHODS = ("get", "post", "put", "patch", "delete")
AnySchema = Schema | Reference | SchemaOrBool | None


@dataclass(frozen=True, slots=True)
class ApiField:
    """A parameter, or a field of a shape."""

    name: str
    kind: str
    required: bool
    note: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What an operation may answer."""

    status: str
    note: str
    kind: str


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One method of one path."""

    method: str
    path: str
    title: str
    note: str
    fields: tuple[ApiField, ...]
    body: str
    answers: tuple[ApiAnswer, ...]


@dataclass(frozen=True, slots=True)
class ApiShape:
    """A named shape of JSON."""

    name: str
    note: str
    fields: tuple[ApiField, ...]


@dataclass(frozen=True, kw_only=True)
class ApiDocsPage(Page):
    """`web/api_docs.html`."""

    version: str
    note: str
    document_url: str
    groups: tuple[tuple[str, tuple[ApiOperation, ...]], ...]
    shapes: tuple[ApiShape, ...]


@router.get("/api/docs")
def show_api_docs(request: Request) -> HTMLResponse:
    """The reference of the API that runs here; public, like the document it is made from."""
    return render(request, "web/api_docs.html", read_document(request.app.openapi(), request.app.openapi_url or ""))


def read_document(document: dict[str, object], document_url: str) -> ApiDocsPage:
    """The page of an OpenAPI 3.1 document. Operations keep their order, in groups of their first tag."""
    api = OpenAPI.model_validate(document)
    groups: dict[str, list[ApiOperation]] = {}
    for tag, operation in _operations(api):
        groups.setdefault(tag, []).append(operation)
    schemas = (api.components.schemas if api.components else None) or {}
    return ApiDocsPage(
        title="API reference",
        version=api.info.version,
        note=api.info.description or "",
        document_url=document_url,
        groups=tuple((tag, tuple(operations)) for tag, operations in groups.items()),
        shapes=tuple(_shape(name, schema) for name, schema in schemas.items() if isinstance(schema, Schema)),
    )


def kind_of(schema: AnySchema) -> str:
    """A schema in words: `list of Case`, `integer or null`, `text (date-time)`."""
    if isinstance(schema, Reference):
        return schema.ref.rpartition("/")[2]
    if not isinstance(schema, Schema):
        return "anything"
    if schema.anyOf or schema.oneOf:
        return " or ".join(kind_of(one) for one in schema.anyOf or schema.oneOf or [])
    if schema.ref:
        return schema.ref.rpartition("/")[2]
    if schema.enum:
        return " | ".join(str(value) for value in schema.enum)
    return _plain_kind(schema)


def _plain_kind(schema: Schema) -> str:
    if schema.type == "array":
        return f"list of {kind_of(schema.items if isinstance(schema.items, Schema | Reference) else None)}"
    names = schema.type if isinstance(schema.type, list) else [schema.type or "anything"]
    words = " or ".join({"string": "text"}.get(name, name) for name in names)
    return f"{words} ({schema.format})" if schema.format else words


def _operations(api: OpenAPI) -> Iterator[tuple[str, ApiOperation]]:
    for path, value in (api.paths or {}).items():
        item = PathItem.model_validate(value)
        for method in _METHODS:
            operation: Operation | None = getattr(item, method)
            if operation is not None:
                yield (operation.tags or ["Other"])[0], _operation(method.upper(), path, operation)


def _operation(method: str, path: str, operation: Operation) -> ApiOperation:
    body = operation.requestBody
    answers = ((status, Response.model_validate(answer)) for status, answer in (operation.responses or {}).items())
    return ApiOperation(
        method=method,
        path=path,
        title=operation.summary or operation.operationId or path,
        note=operation.description or "",
        fields=tuple(_parameter(one) for one in operation.parameters or [] if isinstance(one, Parameter)),
        body=_content_kind(body.content) if isinstance(body, RequestBody) else "",
        answers=tuple(ApiAnswer(status, one.description, _content_kind(one.content)) for status, one in answers),
    )


def _parameter(parameter: Parameter) -> ApiField:
    note = parameter.description or ""
    return ApiField(parameter.name, kind_of(parameter.schema_), bool(parameter.required), note, parameter.in_.value)


def _content_kind(content: object) -> str:
    media = next(iter(content.values()), None) if isinstance(content, dict) else None
    return kind_of(media.schema_) if media is not None and media.schema_ is not None else ""


def _shape(name: str, schema: Schema) -> ApiShape:
    required = set(schema.required or [])
    fields = tuple(
        ApiField(field, kind_of(one), field in required, (one.description or "") if isinstance(one, Schema) else "")
        for field, one in (schema.properties or {}).items()
    )
    return ApiShape(name, schema.description or "", fields)
