"""`localcare doctor`, healthy and with each thing broken in turn."""

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy import text

from localcare.kit.db import Database
from localcare.people.models import Brand
from localcare.triage import register
from localcare.triage.register import Who
from tests.conftest import NOW
from tests.factories import make_page
from tests.stages.cli.conftest import Run
from tests.stages.triage.models import trained

CHECKS = [
    "database",
    "migrations",
    "clock",
    "page tokens",
    "page health",
    "triage model",
    "settings",
    "webhooks",
    "mail",
    "graph",
    "geocoder",
    "disk",
]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class _Graph(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def healthy() -> Iterator[dict[str, str]]:
    """The settings of an installation that lacks nothing; mail server and Graph stand on this machine."""
    mail = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    mail.start()
    graph = HTTPServer(("127.0.0.1", 0), _Graph)
    Thread(target=graph.serve_forever, daemon=True).start()
    yield {
        "SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
        "GRAPH_URL": f"http://127.0.0.1:{graph.server_address[1]}",
        "FACEBOOK_APP_SECRET": "app-secret",
        "FACEBOOK_VERIFY_TOKEN": "verify",
    }
    graph.shutdown()
    graph.server_close()
    mail.stop()


def test_a_healthy_installation_passes_every_check(run: Run, healthy: dict[str, str]) -> None:
    report = json.loads(run("doctor", "--json", **healthy).stdout)
    assert report["ok"] is True
    assert [check["check"] for check in report["checks"]] == CHECKS
    lines = run("doctor", **healthy).stdout.splitlines()
    assert len(lines) == len(CHECKS)
    assert all(line.startswith("ok") for line in lines)


@pytest.mark.parametrize(
    ("broken", "check", "remedy"),
    [
        ({"SMTP_URL": ""}, "mail", "Set LOCALCARE_SMTP_URL"),
        ({"SMTP_URL": "smtp://127.0.0.1:1"}, "mail", "Check LOCALCARE_SMTP_URL"),
        ({"GRAPH_URL": "http://127.0.0.1:1"}, "graph", "LOCALCARE_GRAPH_URL"),
        ({"FACEBOOK_VERIFY_TOKEN": ""}, "webhooks", "LOCALCARE_FACEBOOK_VERIFY_TOKEN"),
        ({"BASE_URL": "http://care.example"}, "settings", "https://"),
        ({"SECRET_KEY": ""}, "settings", "secrets.token_urlsafe"),
    ],
)
def test_what_is_broken_is_named_with_what_to_do(
    run: Run, healthy: dict[str, str], broken: dict[str, str], check: str, remedy: str
) -> None:
    report = json.loads(run("doctor", "--json", status=1, **(healthy | broken)).stdout)
    failed = [finding for finding in report["checks"] if not finding["ok"]]
    assert [finding["check"] for finding in failed] == [check]
    assert remedy in failed[0]["detail"] + failed[0]["remedy"]


def test_a_database_that_does_not_answer_leaves_the_other_checks(run: Run, healthy: dict[str, str]) -> None:
    done = run("doctor", status=1, **(healthy | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}))
    lines = done.stdout.splitlines()
    assert lines[0].startswith("FAIL database")
    assert [line.split()[1] for line in lines[1:]] == ["settings", "webhooks", "mail", "graph", "geocoder", "disk"]


def test_an_empty_database_needs_migrating(run: Run, healthy: dict[str, str], empty_database: Database) -> None:
    done = run("doctor", status=1, **(healthy | {"DATABASE_URL": empty_database.url}))
    assert "FAIL migrations   at nothing" in done.stdout
    assert "Run localcare migrate." in done.stdout


def test_pages_that_refuse_us_are_counted_with_an_example(
    run: Run, healthy: dict[str, str], database: Database, brand: Brand
) -> None:
    with database.session(brand.id) as session:
        for page_id in ("1", "2"):
            make_page(session, brand, page_id=page_id, name=f"Page {page_id}")
    assert "2 of 2 Pages have no token" in run("doctor", status=1, **healthy).stdout
    with database.session(brand.id) as session:
        session.execute(
            text(
                "insert into page_access (page_id, brand_id, token_encrypted, health, health_detail, since)"
                " values ('1', :b, 'x', 'ok', '', now()), ('2', :b, 'x', 'token', 'password changed', now())"
            ),
            {"b": brand.id},
        )
    assert "1 of 2 Pages refuse us, such as Page 2: password changed" in run("doctor", status=1, **healthy).stdout


def test_a_role_that_passes_walls_is_refused(run: Run, healthy: dict[str, str], database: Database) -> None:
    superuser = database.url.replace("localcare@", "postgres@")
    done = run("doctor", status=1, **(healthy | {"DATABASE_URL": superuser}))
    assert "may pass row-level security" in done.stdout


def test_a_model_that_cannot_be_run_is_named_and_what_stands_in(
    run: Run, healthy: dict[str, str], database: Database, brand: Brand, tmp_path: Path
) -> None:
    assert brand.id is not None
    with database.session(brand.id) as session:
        model = register.add_candidate(session, brand.id, trained(tmp_path, "own1"), who=Who("Dana"), now=NOW)
        register.promote(session, brand.id, model.id or 0, who=Who("Dana"), now=NOW)
    assert "own1 live; the shipped one" in run("doctor", "--json", **healthy).stdout
    with database.session(brand.id) as session:
        session.execute(text("update triage_model set features = 'older'"))
    told = run("doctor", "--json", status=1, **healthy).stdout
    assert "own1 (live): it was made for an earlier version" in told
    assert "localcare triage rollback" in told
