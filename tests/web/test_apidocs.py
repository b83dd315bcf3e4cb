"""The API reference is made from the document and is a page like any other."""

from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from fastapi.openapi.models import Reference, Schema
from pydantic import BaseModel, Field

from localcare.web import apidocs
from localcare.web.apidocs import AnySchema, kind_of
from tests.pageclient import PageClient


class Case(BaseModel):
    """The unit of work."""

    id: int
    store: str | None = Field(None, description="the store's number")


class Cases(BaseModel):
    items: list[Case]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, "anything"),
        (Reference.model_validate({"$ref": "#/components/schemas/Case"}), "Case"),
        (Schema(type="array", items=Schema(type="integer")), "list of integer"),
        (Schema(anyOf=[Schema(type="string", format="date-time"), Schema(type="null")]), "text (date-time) or null"),
        (Schema(enum=["facebook", "x"]), "facebook | x"),
    ],
)
def test_schemas_in_words(schema: AnySchema, words: str) -> None:
    assert kind_of(schema) == words


def test_every_operation_and_shape_is_on_the_page(app: FastAPI, client: PageClient) -> None:
    app.openapi_url = "/api/openapi.json"
    app.include_router(apidocs.router)

    @app.get("/api/v1/cases", tags=["cases"])
    def list_cases(queue: Annotated[str, Query(description="a queue's slug")] = "") -> Cases:
        """Cases of a queue, newest first."""
        raise NotImplementedError(queue)

    page = client.get("/api/docs")
    assert "GET /api/v1/cases List Cases Cases of a queue, newest first." in page.text
    assert ["queue", "text in query", "optional", "a queue's slug"] in page.rows
    assert ["store", "text or null", "optional", "the store's number"] in page.rows
    assert page.links["OpenAPI document"] == "/api/openapi.json"
