"""`/api/v1/policies`: versions for programs."""

from collections.abc import Callable

from localcare.routing.ruling import put_policy_in_force
from localcare.routing.service import shipped_policy_text
from tests.stages.api.conftest import Program
from tests.stages.desk import Desk


def test_versions_are_listed_with_how_far_they_have_come_and_read_with_their_text(desk: Desk, reader: Program) -> None:
    shipped = reader.get("policies/0")
    assert (shipped["stage"], shipped["body"]) == ("live", shipped_policy_text())
    body = shipped_policy_text().replace("name: crisis", "name: on fire", 1)
    with desk.database.session(desk.brand_id) as session:
        put_policy_in_force(session, desk.brand_id, body, created_by="Dana", now=desk.clock.now())
    (listed,) = reader.get("policies")["items"]
    assert (listed["version"], listed["stage"], listed["signed_by"]) == (1, "live", "Dana")
    read = reader.get("policies/1")
    assert read["body"] == body
    assert read["rules"][0].startswith("A case with a risk of")
    assert reader.get("policies/0")["stage"] == "superseded"
    reader.get("policies/9", 404)


def test_another_scope_reads_no_policy(program: Callable[..., Program]) -> None:
    program("cases:read").get("policies", 403)
