"""From colleagues' corrections to a candidate: what is learned from, what only measures, what the gate says."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from localcare.errors import ConfigurationError, InvalidError
from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.triage import register
from localcare.triage.artefact import MODEL_FILE, read_model
from localcare.triage.candidate import Means, train_candidate
from localcare.triage.core import Item
from localcare.triage.core.correction import Ruling
from localcare.triage.core.verdict import NO_RISK
from localcare.triage.correcting import Ruled, prints_of, rule, take_back
from localcare.triage.model_files import ModelHome
from localcare.triage.models import TriageModelFile
from localcare.triage.own_gate import FEWEST, examine, in_words
from localcare.triage.own_labels import OwnLabels, OwnText, measures, read_own_labels
from localcare.triage.register import Who, gate_of
from localcare.triage.shipped import load_triager
from tests.stages.desk import Desk, Said
from tests.stages.triage.models import write_small

BILLING = Ruling("Ana", topic="billing", tier=2, matter="billing")
HARMLESS = Ruling("Ana", risk=NO_RISK, calm_tier=1)


def correct(desk: Desk, number: int, text: str = "", ruling: Ruling = BILLING) -> int:
    """A customer writes, triage says waiting, Ana says billing (or what `ruling` says); returns the mention."""
    words = text or f"Zorblat number {number} blinks while the other gadget hums, every night at {number}."
    risks = ("injury",) if ruling.risk else ()
    mention_id = desk.hear(
        Said(text=words, author_id=f"u{number}", external_id=f"9_{number}", page_id=None, risks=risks)
    )
    with desk.database.session(desk.brand_id) as session:
        if ruling.risk:
            ruling = replace(ruling, words=prints_of(session, desk.brand_id, [mention_id])[mention_id])
        rule(session, desk.brand_id, [Ruled(mention_id, ruling)], person_id=None, now=desk.clock.now())
    return mention_id


@pytest.fixture
def means(tmp_path: Path) -> Means:
    return Means(None, None, ModelHome(tmp_path / "models"))


@pytest.mark.long
def test_a_fifth_of_the_conversations_measures_and_is_never_learned_from(desk: Desk) -> None:
    ids = [correct(desk, number) for number in range(40)]
    for number in range(40, 60):
        desk.hear(Said(text=f"Where is the store number {number}?", author_id=f"u{number}", external_id=f"9_{number}"))
    with desk.database.session(desk.brand_id) as session:
        own = read_own_labels(session, desk.brand_id, now=desk.clock.now())
    learned, measured = ({text.mention_id for text in part} for part in (own.to_learn, own.to_measure))
    assert learned | measured == set(ids)
    assert not learned & measured
    assert measured
    kept = {text.text for text in (*own.kept_to_learn, *own.kept_to_measure)}
    assert len(kept) == 20
    assert not kept & {text.text for text in (*own.to_learn, *own.to_measure)}


def test_a_conversation_is_always_on_the_same_side() -> None:
    assert {measures("facebook:1:2") for _ in range(3)} in ({True}, {False})
    share = sum(measures(f"facebook:{n}") for n in range(2_000)) / 2_000
    assert 0.15 < share < 0.25


def test_what_was_taken_back_or_forgotten_teaches_nothing(desk: Desk) -> None:
    stays, withdrawn = correct(desk, 1), correct(desk, 2)
    with desk.database.session(desk.brand_id) as session:
        take_back(session, desk.brand_id, [withdrawn], by="Ana", now=desk.clock.now())
    correct(desk, 3)
    desk.remove("9_3")
    with desk.database.session(desk.brand_id) as session:
        own = read_own_labels(session, desk.brand_id, now=desk.clock.now())
    assert {text.mention_id for text in (*own.to_learn, *own.to_measure)} == {stays}
    assert withdrawn not in {text.mention_id for text in (*own.kept_to_learn, *own.kept_to_measure)}


def test_too_few_labels_are_refused_in_a_sentence_that_says_how_to_make_some(desk: Desk, means: Means) -> None:
    correct(desk, 1)
    with pytest.raises(InvalidError, match="10 are the fewest"):
        train_candidate(desk.database, desk.clock, desk.brand_id, means, recipe="onward", who=Who("Ana"))


def test_the_whole_recipe_says_what_it_lacks(desk: Desk, means: Means, tmp_path: Path) -> None:
    for has, lacks in ((means, "LOCALCARE_EVAL_DATA"), (replace(means, data=tmp_path), r"localcare\[careful\]")):
        with pytest.raises(ConfigurationError, match=lacks):
            train_candidate(desk.database, desk.clock, desk.brand_id, has, recipe="whole", who=Who("Ana"))


@pytest.mark.long
def test_a_model_that_learned_one_answer_for_everything_is_held_back_without_any_set(
    desk: Desk, tmp_path: Path
) -> None:
    with desk.database.session(desk.brand_id) as session:
        own = read_own_labels(session, desk.brand_id, now=desk.clock.now())
    old, dull = load_triager(), read_model(write_small(tmp_path, "dull") / MODEL_FILE)
    gate = examine(old, old.with_model(dull), own, None)
    worse = {task.task for task in gate.tasks if not task.not_worse}
    assert {"topic of hand-made texts", "crisis, by the model alone"} <= worse
    assert not gate.passes
    assert examine(old, old, own, None).passes


@pytest.mark.long
def test_a_candidate_is_trained_measured_and_kept(
    desk: Desk, means: Means, database: Database, clock: SetClock
) -> None:
    for number in range(120):
        correct(desk, number)
    told: list[str] = []
    model = train_candidate(database, clock, desk.brand_id, means, recipe="onward", who=Who("Ana"), tell=told.append)
    assert (model.state, model.version.endswith("-own1"), model.recipe) == ("candidate", True, "onward")
    assert told
    gate = gate_of(model)
    tasks = {task.task: task for task in gate.tasks}
    assert gate.passes, [in_words(task) for task in gate.tasks]
    assert not gate.on_fixed_sets
    assert tasks["crisis, hand-made texts"].texts > 400
    own = tasks["own labels, topic"]
    assert own.new > own.old
    with database.session(desk.brand_id) as session:
        assert model.id is not None
        names = set(session.exec(select(TriageModelFile.name).where(TriageModelFile.model_id == model.id)))
        register.promote(session, desk.brand_id, model.id, who=Who("Ana"), now=clock.now())
        said = means.home.load(session, model).score(["Zorblat number 777 blinks again."])[0]
    assert names == {"model.npz"}
    assert max(said.topics, key=said.topics.__getitem__) == "billing"


@pytest.mark.long
def test_a_candidate_learns_from_false_alarms_that_such_words_carry_no_risk(
    desk: Desk, means: Means, database: Database, clock: SetClock
) -> None:
    for number in range(130):
        correct(desk, number, f"I got burned by the zorblat number {number} once more.", HARMLESS)
    model = train_candidate(database, clock, desk.brand_id, means, recipe="onward", who=Who("Ana"))
    gate = gate_of(model)
    assert gate.passes, [in_words(task) for task in gate.tasks]
    alarms = {task.task: task for task in gate.tasks}["own labels, no risk"]
    assert alarms.texts >= FEWEST
    assert alarms.new >= alarms.old
    with database.session(desk.brand_id) as session:
        new = means.home.load(session, model)
    old = load_triager()
    assert old.model is not None
    words = "I got burned by the zorblat number 777 once more."
    assert new.score([words])[0].risk < old.model.score([words])[0].risk / 2
    hurt = Item("1", "My son got burned by your charger, his hand is blistered.")
    assert old.with_model(new).judge_many([hurt])[0].risks == ("injury",)


@pytest.mark.long
def test_the_gate_asks_for_tier_matter_mood_and_praise_where_enough_was_said_of_them() -> None:
    told = {"tier": "1", "matter": "store", "mood": "negative", "shout-out": "0"}
    texts = [
        OwnText(n, Item(str(n), f"I waited {n} minutes in line and nobody helped me."), told) for n in range(FEWEST)
    ]
    triager = load_triager()
    asked = {task.task: task for task in examine(triager, triager, OwnLabels((), tuple(texts), (), ()), None).tasks}
    for kind in ("tier", "whose matter", "mood", "shout-out"):
        assert (asked[f"own labels, {kind}"].texts, asked[f"own labels, {kind}"].not_worse) == (FEWEST, True)
    assert asked["own labels, mood"].new > 0.9
    few = examine(triager, triager, OwnLabels((), tuple(texts[1:]), (), ()), None).tasks
    assert not [task for task in few if task.task.startswith("own labels")]
