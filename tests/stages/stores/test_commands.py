"""The commands: stores import, pages import, resolve; with a database and without."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from localcare.cli.resolve import app as resolve_app
from localcare.cli.stores import app as stores_app
from localcare.cli.stores import pages_app
from localcare.errors import CareError, InvalidError, NotFoundError
from localcare.kit.db import Database
from localcare.people.models import Brand
from localcare.settings import get_settings
from localcare.stores.entry_repository import load_entries
from tests.factories import make_brand
from tests.stages.stores.geocoder_server import GeocoderServer, serving

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "stores.csv"
SAMPLE = Path(__file__).parents[2] / "unit" / "stores" / "mit_sample.csv"
run = CliRunner().invoke


@pytest.fixture
def at_hand(database: Database, brand: Brand, monkeypatch: pytest.MonkeyPatch) -> Iterator[Brand]:
    """The test's database as the one that commands find."""
    monkeypatch.setenv("LOCALCARE_DATABASE_URL", database.url)
    get_settings.cache_clear()
    yield brand
    get_settings.cache_clear()


def test_the_example_file_is_imported_whole_and_then_unchanged(at_hand: Brand) -> None:
    first = run(stores_app, ["import", str(EXAMPLE), "--json"])
    assert first.exit_code == 0, first.output
    report = json.loads(first.stdout)
    assert (report["added"], report["refused"], report["warnings"]) == (9, [], [])
    assert (report["pages_linked"], report["regions_added"] > 5) == (9, True)
    assert report["managers"][0]["email"] == "amber.hunter@pellora.example.com"
    again = json.loads(run(stores_app, ["import", str(EXAMPLE), "--json"]).stdout)
    assert (again["added"], again["changed"], again["unchanged"], again["pages_linked"]) == (0, 0, 9, 0)


def test_the_report_for_people_names_refused_rows(at_hand: Brand, tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_text("store_number,zip\n1,77494\n,78750\n", encoding="utf-8")
    result = run(stores_app, ["import", str(file), "--dry-run"])
    assert result.exit_code == 1
    assert "1 would be added" in result.stdout
    assert "has no store number" in result.stdout


def test_a_file_with_a_header_alone_fails_and_says_so(at_hand: Brand, tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_text("store_number,zip\n", encoding="utf-8")
    for apart, command in ((stores_app, ["import", str(file)]), (pages_app, ["import", str(file)])):
        file.write_text("store_number,zip,page_id\n", encoding="utf-8")
        result = run(apart, command)
        assert result.exit_code == 1
        assert "no row" in " ".join(result.stdout.split())


def test_a_file_without_a_usable_row_fails(at_hand: Brand, tmp_path: Path) -> None:
    file = tmp_path / "stores.csv"
    file.write_text("name\nKaty\n", encoding="utf-8")
    assert run(stores_app, ["import", str(file)]).exit_code == 1
    assert isinstance(run(stores_app, ["import", str(tmp_path / "none.csv")]).exception, InvalidError)


def test_of_several_brands_one_has_to_be_named(at_hand: Brand, database: Database) -> None:
    with database.session(None) as session:
        make_brand(session, slug="other")
    without = run(stores_app, ["import", str(EXAMPLE)])
    assert isinstance(without.exception, InvalidError)
    assert "other" in str(without.exception)
    assert isinstance(run(stores_app, ["import", str(EXAMPLE), "--brand", "nobody"]).exception, NotFoundError)
    assert run(stores_app, ["import", str(EXAMPLE), "--brand", "other"]).exit_code == 0


def test_pages_are_linked_and_the_stored_directory_resolves(at_hand: Brand, tmp_path: Path) -> None:
    run(stores_app, ["import", str(SAMPLE)])
    file = tmp_path / "pages.csv"
    file.write_text("page id,name,store number\n555,Lake Creek,11853\n556,Nobody,1\n", encoding="utf-8")
    report = json.loads(run(pages_app, ["import", str(file), "--json"]).stdout)
    assert (report["linked"], [row["line"] for row in report["refused"]]) == (1, [3])
    answer = json.loads(run(resolve_app, ["--page-id", "555", "--json"]).stdout)
    assert (answer["status"], answer["store_number"]) == ("exact", "11853")


def test_resolve_needs_no_database_beside_a_directory_file() -> None:
    place = "13749 US-183 Hwy, Austin, TX 78750"
    answer = json.loads(run(resolve_app, ["--directory", str(SAMPLE), "--place", place, "--json"]).stdout)
    assert (answer["status"], answer["store_number"]) == ("likely", "11853")
    assert answer["candidates"][0]["evidence"][0]["kind"] == "address"
    shown = run(resolve_app, ["--directory", str(SAMPLE), "--lat", "30.46", "--lng", "-97.793"])
    assert "likely: store 11853" in shown.stdout
    assert "from the fix, next store" in shown.stdout


def test_lines_are_answered_in_order_with_their_ids() -> None:
    lines = [
        {"id": 1, "text": "store #11853 is bad", "author": {"id": 9, "home_city": "Katy"}, "created_at": "2026-11-20T10:00:00Z"},
        {"id": "b", "place": {"zip": 32730, "city": "Fern Park", "state": "FL"}},
        {"id": "c", "lat": 0, "lng": 0},
        {"id": "d", "text": None, "unknown": {"field": []}},
    ]  # fmt: skip
    text = "\n".join(json.dumps(line) for line in lines) + "\n"
    result = run(resolve_app, ["--directory", str(SAMPLE), "--file", "-"], input=text)
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", "c", "d"]
    assert [answer["status"] for answer in answers] == ["likely", "likely", "none", "none"]
    assert [answer["store_number"] for answer in answers] == ["11853", "11266", None, None]


def test_a_line_that_cannot_be_read_keeps_its_place_and_fails_the_command() -> None:
    text = '{"id":"a","text":"store #11853"}\nno json\n{"id":"c","lat":"north"}\n'
    result = run(resolve_app, ["--directory", str(SAMPLE), "--file", "-"], input=text)
    assert result.exit_code == 1
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["id"], answer["status"]) for answer in answers] == [("a", "likely"), (None, "none"), ("c", "none")]
    assert answers[1]["notes"][0].startswith("line 2: ")


def test_resolve_without_anything_to_go_by_says_what_to_give() -> None:
    result = run(resolve_app, ["--directory", str(SAMPLE)])
    assert isinstance(result.exception, InvalidError)
    assert "--text" in result.exception.message


def test_the_directory_by_hand_from_closing_to_undoing(at_hand: Brand, database: Database) -> None:
    run(stores_app, ["import", str(EXAMPLE)])
    closed = json.loads(
        run(stores_app, ["close", "1001", "--successor", "1003", "--on", "2026-11-01", "--json"]).stdout
    )
    assert closed["after"] == {"closed_on": "2026-11-01", "successor_number": "1003"}
    moved = ["move", "1003", "--street", "12 5th St", "--city", "Austin", "--state", "TX", "--zip", "78701", "--json"]
    assert "Say where the new place is" in str(run(stores_app, moved).exception)
    moved.append("--no-coordinates")
    assert json.loads(run(stores_app, moved).stdout)["after"]["timezone"] == "America/Chicago"
    assert "is store 1003-B now" in run(stores_app, ["renumber", "1003", "1003-B"]).stdout
    assert "called “Big Blue”" in run(stores_app, ["alias", "1003-B", "Big Blue"]).stdout
    assert json.loads(run(stores_app, ["alias", "1003-B", "--json"]).stdout)[0]["words"] == "Big Blue"
    assert "no longer called" in run(stores_app, ["alias", "1003-B", "Big Blue", "--retire"]).stdout
    history = json.loads(run(stores_app, ["history", "1003-B", "--json"]).stdout)
    assert [change["kind"] for change in history] == [
        "alias-removed", "alias-added", "renumbered", "moved", "page-linked", "imported",
    ]  # fmt: skip
    assert {change["recorded_by"] for change in history} == {"command line", "import"}
    assert "is undone" in run(stores_app, ["undo", str(closed["id"]), "--note", "wrong store"]).stdout
    shown = run(stores_app, ["history", "1001"]).stdout
    assert "undone" in shown
    assert "wrong store" in shown
    assert "merged into store" in run(stores_app, ["merge", "1001", "1003-B"]).stdout
    with database.session(at_hand.id) as session:
        numbers = [entry.number for entry in load_entries(session, at_hand.id or 0, today=date(2026, 11, 22))]
    assert "1001" not in numbers


MOVE = ["move", "1003", "--street", "1200 Main St", "--city", "Katy", "--state", "TX", "--zip", "77449"]


@pytest.fixture
def geocoder(at_hand: Brand, monkeypatch: pytest.MonkeyPatch) -> Iterator[GeocoderServer]:
    """A geocoder of one's own, as the settings name it."""
    with serving() as server:
        monkeypatch.setenv("LOCALCARE_GEOCODER", "nominatim")
        monkeypatch.setenv("LOCALCARE_GEOCODER_URL", server.url)
        get_settings.cache_clear()
        run(stores_app, ["import", str(EXAMPLE)])
        yield server


def test_a_move_without_coordinates_shows_what_the_geocoder_has_and_changes_nothing(geocoder: GeocoderServer) -> None:
    for _ in range(2):
        said = str(run(stores_app, MOVE).exception)
        assert "Say where the new place is: --lat and --lng" in said
        assert "has it at --lat 29.78682 --lng -95.81975" in said
        assert "© OpenStreetMap contributors" in said
        assert "Nothing has been changed." in said
    assert [asked.question for asked in geocoder.asked] == ["1200 Main St, Katy, TX 77449"]
    history = json.loads(run(stores_app, ["history", "1003", "--json"]).stdout)
    assert "moved" not in [change["kind"] for change in history]


def test_a_move_asks_no_geocoder_when_its_point_is_said_or_the_store_is_not_there(geocoder: GeocoderServer) -> None:
    assert "no store 77" in str(run(stores_app, ["move", "77", *MOVE[2:]]).exception)
    assert run(stores_app, [*MOVE, "--no-coordinates"]).exit_code == 0
    assert run(stores_app, [*MOVE, "--lat", "29.7", "--lng", "-95.8"]).exit_code == 0
    assert geocoder.asked == []


@pytest.mark.parametrize("trick", ["503", ""])
def test_a_geocoder_without_an_answer_leaves_the_question_where_it_is(geocoder: GeocoderServer, trick: str) -> None:
    geocoder.tricks.extend([trick] if trick else [])
    said = str(run(stores_app, [*MOVE[:3], "9 Nowhere St" if not trick else "1200 Main St", *MOVE[4:]]).exception)
    assert "Say where the new place is" in said
    assert "no answer now: ask again in a minute" in said if trick else "it knows no such address" in said


def test_what_cannot_be_done_by_hand_is_said_in_a_sentence(at_hand: Brand) -> None:
    run(stores_app, ["import", str(EXAMPLE)])
    for arguments, words in (
        (["close", "77"], "no store 77"),
        (["close", "1001", "--on", "tomorrow"], "write it as 2026-11-30"),
        (["reopen", "1001"], "is not closed"),
        (["renumber", "1001", "1003"], "store 1003 already"),
        (["merge", "1001", "1001"], "into itself"),
        (["alias", "1001", "x", "--kind", "song"], "no kind of alias"),
        (["alias", "1001", "x", "--retire"], "not called “x”"),
        (["undo", "9999"], "no change with id 9999"),
    ):
        result = run(stores_app, arguments)
        assert isinstance(result.exception, CareError), result.output
        assert words in result.exception.message
