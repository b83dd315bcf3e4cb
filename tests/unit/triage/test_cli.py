"""`localcare triage` on a text, on a file, and on lines that cannot be read."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from localcare.cli.triage import app, judge_lines
from localcare.triage.core import Triager

SHAPE = {
    "id", "actionable", "actionable_probability", "topic", "tier", "sentiment", "sentiment_probability", "urgency", "risks",
    "matter", "shout_out", "language", "abstained", "model", "reasons",
}  # fmt: skip


def _lines(triager: Triager, *lines: str) -> tuple[list[dict[str, object]], int]:
    out = io.StringIO()
    unread = judge_lines(triager, lines, out, notes=io.StringIO())
    return [json.loads(line) for line in out.getvalue().splitlines()], unread


def test_a_text_is_judged_without_naming_a_command() -> None:
    result = CliRunner().invoke(app, ["No signal since yesterday", "--json"])
    assert result.exit_code == 0
    verdict = json.loads(result.output)
    assert set(verdict) == SHAPE
    assert (verdict["topic"], verdict["actionable"]) == ("network-outage", True)
    assert set(verdict["sentiment_probability"]) == {"negative", "neutral", "positive"}
    assert set(verdict["shout_out"]) == {"present", "names"}
    assert set(verdict["reasons"][0]) == {"from", "detail"}


def test_a_text_is_judged_in_words_for_people() -> None:
    result = CliRunner().invoke(app, ["Ana was amazing", "--rating", "5"])
    assert "needs no answer" in result.output
    assert "shout-out to Ana" in result.output
    assert "5 of 5 stars" in result.output


def test_every_line_is_answered_in_order_with_its_id_and_kind_of_id(rules_only: Triager) -> None:
    answers, unread = _lines(
        rules_only,
        '{"id": 7, "text": "no signal", "rating": null, "kind": null}',
        "",
        '{"id": "b", "text": null, "unknown": true}',
        '{"text": "gracias"}',
    )
    assert [answer["id"] for answer in answers] == [7, "b", None]
    assert unread == 0


def test_a_line_that_cannot_be_read_keeps_its_place_and_says_why(rules_only: Triager) -> None:
    answers, unread = _lines(rules_only, "{broken", '{"id": "x", "rating": 9}', "[]", '{"id": "y", "text": "hello"}')
    assert unread == 3
    assert [("error" in answer, answer["id"]) for answer in answers] == [
        (True, None), (True, "x"), (True, None), (False, "y"),
    ]  # fmt: skip
    assert "line 1" in str(answers[0]["error"])
    assert "rating" in str(answers[1]["error"])


def test_a_channel_or_kind_that_is_none_of_ours_is_named_once_and_judged_all_the_same() -> None:
    line = '{"id": "a", "text": "no signal", "channel": "zork", "kind": "tweet"}\n'
    result = CliRunner().invoke(app, ["--file", "-", "--rules-only"], input=line * 300)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 300
    assert [note.partition(";")[0] for note in result.stderr.splitlines()] == [
        "No channel is called “zork”", "No kind is called “tweet”",
    ]  # fmt: skip


def test_half_an_emoji_is_a_text_like_any_other(rules_only: Triager) -> None:
    answers, unread = _lines(rules_only, r'{"id": "cut", "text": "They were rude \ud83d"}')
    assert unread == 0
    assert (answers[0]["id"], answers[0]["topic"]) == ("cut", "staff-service")


def test_a_file_of_another_encoding_is_read_as_well_as_it_can_be(tmp_path: Path) -> None:
    file = tmp_path / "latin.jsonl"
    file.write_bytes('{"id": "ñ", "text": "muy mal servicio"}\n'.encode("latin-1"))
    marked = tmp_path / "marked.jsonl"
    marked.write_bytes(b'\xef\xbb\xbf{"id": "a", "text": "muy mal servicio"}\n')
    for each in (file, marked):
        assert CliRunner().invoke(app, ["--file", str(each), "--rules-only"]).exit_code == 0


def test_standard_input_of_another_encoding_is_read_as_well_as_it_can_be() -> None:
    lines = b'\xef\xbb\xbf{"id": "a", "text": "hola"}\n{"id": "b", "text": "\xf1o\xff"}\n'
    result = CliRunner().invoke(app, ["--file", "-", "--rules-only"], input=lines)
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "b"]


def test_more_lines_than_a_batch_come_out_in_order(rules_only: Triager) -> None:
    answers, _ = _lines(rules_only, *(json.dumps({"id": i, "text": f"text {i}"}) for i in range(600)))
    assert [answer["id"] for answer in answers] == list(range(600))


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["--file", str(tmp_path / "none.jsonl")]).exit_code != 0


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules of a process that has judged a text."""
    code = (
        "import sys; from localcare.triage.shipped import load_triager; from localcare.triage.core import Item;"
        "load_triager().judge_many([Item('1', 'hello')]); print(*sys.modules)"
    )
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


@pytest.mark.parametrize("library", ["sklearn", "scipy", "sqlalchemy"])
def test_judging_loads_neither_the_trainer_nor_a_database(loaded: set[str], library: str) -> None:
    assert "localcare.triage.shipped" in loaded
    assert library not in loaded
