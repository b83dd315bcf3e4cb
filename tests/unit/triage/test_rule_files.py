"""Rules go out as YAML and CSV and come back the same; a bad one is named, a bad file refused in a sentence."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcare.errors import InvalidError
from localcare.triage.rule_files import WRITERS, FileKind, read_rules, write_csv
from localcare.triage.ruling import as_rule, faults_in, shipped_entries
from localcare.triage.schemas import RuleEntry
from localcare.triage.shipped import load_rules

_PHRASE = st.text(st.characters(categories=["L", "N", "So", "Sm"]), min_size=1, max_size=12)
_ENTRIES = st.builds(
    RuleEntry,
    id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    because=_PHRASE,
    any=st.lists(_PHRASE, min_size=1, max_size=3, unique=True).map(tuple),
    near=st.none() | st.tuples(st.tuples(_PHRASE), st.tuples(_PHRASE)),
    topic=st.sampled_from([None, "billing"]),
    tier_at_least=st.integers(0, 3),
    final=st.booleans(),
    since=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
)


@given(entries=st.lists(_ENTRIES, max_size=3, unique_by=lambda entry: entry.id), kind=st.sampled_from(["yaml", "csv"]))
def test_what_is_written_is_read_back(entries: list[RuleEntry], kind: FileKind) -> None:
    reading = read_rules(WRITERS[kind](entries), kind)
    assert reading.refused == []
    assert reading.entries == entries


@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_the_shipped_rules_go_out_and_come_back(kind: FileKind) -> None:
    entries = list(shipped_entries().values())
    assert read_rules(WRITERS[kind](entries), kind).entries == entries


def test_a_shipped_rule_that_somebody_changes_keeps_all_it_has() -> None:
    assert [as_rule(entry) for entry in shipped_entries().values()] == list(load_rules().rules)
    assert as_rule(shipped_entries()["hurt-body"]).denials


def test_the_example_file_is_a_good_one() -> None:
    text = (Path(__file__).parents[3] / "docs/examples/rules.yaml").read_text(encoding="utf-8")
    reading = read_rules(text, "yaml")
    assert reading.refused == []
    assert [faults_in(entry) for entry in reading.entries] == [[], [], []]


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("rules: [", "yaml", "not readable YAML: line 2: did not find"),
        ("hello", "yaml", "begins with `rules:`"),
        ("", "yaml", "Choose a file, or paste rules"),
        ("a: &x [1]\nrules: [*x, *x]", "yaml", "no anchors"),
        ("rules: \0", "yaml", "not readable YAML"),
        ("name,words\na,b\n", "csv", "`id` and `because` are needed"),
        ("\n", "csv", "Choose a file, or paste rules"),
    ],
)
def test_what_is_no_file_of_rules_is_refused(text: str, kind: FileKind, says: str) -> None:
    with pytest.raises(InvalidError, match=says):
        read_rules(text, kind)


def test_a_bad_rule_is_named_and_the_others_are_read() -> None:
    text = """
rules:
  - {id: good, because: b, any: [x]}
  - {id: odd, because: b, any: [x], colour: red}
  - {because: b}
  - just words
  - {id: good, because: again}
  - {id: late, because: b, any: [x], until: soon}
  - {id: never, because: b, any: [x], since: 2026-02-30}
  - {id: much, because: b, any: [x], precedence: %s}
""" % ("9" * 5000)
    reading = read_rules(text, "yaml")
    assert [entry.id for entry in reading.entries] == ["good"]
    assert [(each.which, each.why) for each in reading.refused] == [
        ("odd", "“colour” is not known."),
        ("rule 3", "“id” is missing."),
        ("rule 4", "A rule is a list of fields: `id`, `because`, words and what they say."),
        ("good", "The same id stands above."),
        ("late", "“until” is not a day such as 2026-03-01."),
        ("never", "“since” is not a day such as 2026-03-01."),
        ("much", "“precedence” is too large."),
    ]


def test_words_of_a_file_are_words_whatever_else_they_look_like() -> None:
    entry = read_rules(
        "- {id: 911, because: yes, any: [no, 911, 2026-01-01, 1:30, .nan], topic: , final: yes}", "yaml"
    ).entries[0]
    assert entry == RuleEntry(id="911", because="yes", any=("no", "911", "2026-01-01", "1:30", ".nan"), final=True)


def test_a_sheet_of_a_land_with_decimal_commas_is_read() -> None:
    entries = read_rules('id;because;any;topic\nbano;pregunta por el baño;"baño;aseo";question\n', "csv").entries
    assert entries == [RuleEntry(id="bano", because="pregunta por el baño", any=("baño", "aseo"), topic="question")]


def test_a_number_that_the_database_could_not_keep_is_as_usual() -> None:
    kept = {"id": "r", "because": "b", "any": ["x"], "weight": None, "actionable": None}
    assert RuleEntry.model_validate(kept) == RuleEntry(id="r", because="b", any=("x",))


def test_a_sheet_runs_nothing_in_a_spreadsheet() -> None:
    sheet = write_csv([RuleEntry(id="r", because="=HYPERLINK(1)", any=("+1 800",))])
    assert "'=HYPERLINK(1)" in sheet
    assert "'+1 800" in sheet
