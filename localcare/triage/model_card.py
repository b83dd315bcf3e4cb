"""The pages the commands write: docs/model-card.md from an evaluation, docs/reference/topics.md from the taxonomy."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.resources import files

from localcare.triage.core import Taxonomy
from localcare.triage.crisis import crisis_section, sensed_section
from localcare.triage.evaluation import Evaluation, Figure, Profiled
from localcare.triage.measures import accuracy, estimate, macro_f1, precision_recall_f1
from localcare.triage.trial import Trial

_ENOUGH = 40  # rows below which a topic is reported apart
_FEW = 15


def write_model_card(evaluation: Evaluation, *, version: str, trainer: str, machine: str) -> str:
    """The model card as Markdown."""
    ways = [each for each in (evaluation.fast, evaluation.careful, evaluation.rules_only) if each]
    best = evaluation.careful or evaluation.fast
    parts = [
        _words("head").format(version=version, trainer=trainer),
        "## Two profiles\n",
        f"One core's processor time, whole verdicts (rules, all heads, language, names) in batches of 256, on the texts measured "
        f"below; {machine}.\n",
        *_pace_table(ways),
        *([] if evaluation.careful else ["\nThe careful profile was not measured: no encoder was at hand.\n"]),
        "\n## Our own labels\n",
        f"{len(best.trial.verdicts):,} real texts of brands, stores and conversations that training never saw "
        "([labelling](labelling.md)). Macro F1 with 95 % bootstrap intervals; “trivial” always gives the most frequent answer. "
        "The words alone are given, and whether they stood on a store's page: no stars, no flag.\n",
        *_figure_table([each.tasks for each in ways], [each.trial.who for each in ways]),
        "\n### Does it need an answer\n",
        *_actionable_table(ways),
        "\n### Per answer, language and channel\n",
        *_answers_table(best.trial),
        "",
        *_slices_table(ways),
        "\n### Per topic\n",
        *_topics_table(ways),
        "\n## Sentiment, on the fifth of each set never trained on\n",
        *_figure_table([each.moods for each in ways], [each.trial.who for each in ways]),
        "\n## The recipe on single sets\n",
        "Complaints five-fold, banking77 on its own test part.\n",
        *_recipe_table(evaluation),
        "\n## Risks\n",
        f"Risk rules fire on {evaluation.risks.share:.2%} of {evaluation.risks.texts:,} real support tweets and store reviews; "
        "true and false alarms among them are told apart below.\n",
        *crisis_section(evaluation.crisis),
        *sensed_section(evaluation.sensed),
        _words("tail"),
        f"## The worst errors ({best.trial.who})\n",
        "Source and row id, what was right, what was said. The texts stay in the evaluation sets.\n",
        *(f"- {where}: {said}" for where, said in evaluation.worst),
    ]
    return "\n".join(parts) + "\n"


def _words(part: str) -> str:
    """What the card says in words, a file beside the code; the figures come from the evaluation."""
    return files("localcare.triage").joinpath("card", f"{part}.md").read_text(encoding="utf-8")


def _pace_table(ways: Sequence[Profiled]) -> Iterator[str]:
    yield "| profile | verdicts/s | single, ms | loading, s |\n|---|---|---|---|"
    for each in ways:
        pace = each.pace
        yield f"| {each.trial.who} | {pace.per_second:,.0f} | {pace.single_ms:.2f} | {pace.load_seconds:.2f} |"


def _figure_table(columns: Sequence[Sequence[Figure]], names: Sequence[str]) -> Iterator[str]:
    yield f"| task | n | measure | {' | '.join(names)} | trivial | known |\n|---|---|---|{'---|' * len(names)}---|---|"
    for rows in zip(*columns, strict=True):
        first = rows[0]
        values = " | ".join(f"**{row.estimate}**" for row in rows)
        yield (
            f"| {first.what} | {first.estimate.n:,} | {first.measure} | {values} "
            f"| {first.estimate.trivial:.3f} | {first.known} |"
        )


def _actionable_table(ways: Sequence[Profiled]) -> Iterator[str]:
    yield (
        "| | macro F1, own mix | always yes | macro F1, 10 % need one | always yes | average precision, own mix | at 10 % "
        "| calibration error | abstained |\n|---|---|---|---|---|---|---|---|---|"
    )
    for each in ways:
        a = each.actionable
        yield (
            f"| {each.trial.who} | **{a.own_mix}** | {a.own_mix.trivial:.3f} | **{a.at_tenth}** | {a.at_tenth.trivial:.3f} "
            f"| {a.precision_own:.3f} | {a.precision_tenth:.3f} | {a.calibration_error:.3f} | {a.abstained:.1%} |"
        )


def _answers_table(trial: Trial) -> Iterator[str]:
    yield f"| task ({trial.who}) | answer | rows | precision | recall | F1 |\n|---|---|---|---|---|---|"
    for task, (right, said) in trial.answers.items():
        for answer in sorted(set(right)) if task != "topic" else ():
            p, r, f = precision_recall_f1(right, said, answer)
            yield f"| {task} | {answer} | {right.count(answer)} | {p:.2f} | {r:.2f} | {f:.2f} |"


def _slices_table(ways: Sequence[Profiled]) -> Iterator[str]:
    heads = " | ".join(f"needs an answer, {each.trial.who} | topic, {each.trial.who}" for each in ways)
    yield f"| slice | rows | {heads} |\n|---|---|{'---|---|' * len(ways)}"
    slices: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(ways[0].trial.sets.labelled):
        slices[f"language {row.labels.language}"].append(place)
        slices[f"channel {row.text.channel}, {row.text.ref.source}"].append(place)
    for name, places in sorted(slices.items()):
        if len(places) >= _FEW:
            cells = " | ".join(
                f"{_in_slice(each, 'actionable', places)} | {_in_slice(each, 'topic', places)}" for each in ways
            )
            yield f"| {name} | {len(places)} | {cells} |"


def _in_slice(each: Profiled, task: str, places: Sequence[int]) -> str:
    right, said = ([answers[place] for place in places] for answers in each.trial.answers[task])
    measured = estimate(macro_f1 if task == "actionable" and len(set(right)) > 1 else accuracy, right, said)
    return f"{measured.value:.2f} ({measured.low:.2f} to {measured.high:.2f}; {measured.trivial:.2f})"


def _topics_table(ways: Sequence[Profiled]) -> Iterator[str]:
    heads = " | ".join(f"{each.trial.who}: precision | recall | F1" for each in ways)
    yield f"| topic | rows | {heads} |\n|---|---|{'---|---|---|' * len(ways)}"
    right = ways[0].trial.answers["topic"][0]
    for topic in sorted(set(right), key=lambda topic: -right.count(topic)):
        cells = (precision_recall_f1(*each.trial.answers["topic"], topic) for each in ways)
        few = "" if right.count(topic) >= _ENOUGH else " (few)"
        yield f"| {topic}{few} | {right.count(topic)} | {' | '.join(f'{p:.2f} | {r:.2f} | {f:.2f}' for p, r, f in cells)} |"
    enough = [place for place, topic in enumerate(right) if right.count(topic) >= _ENOUGH]
    for each in ways:
        told, said = ([answers[place] for place in enough] for answers in each.trial.answers["topic"])
        yield f"\n{each.trial.who}, macro F1 over the topics with {_ENOUGH} rows or more: {_mean_f1(told, said):.3f}."


def _mean_f1(right: Sequence[str], said: Sequence[str]) -> float:
    topics = sorted(set(right))
    return sum(precision_recall_f1(right, said, topic)[2] for topic in topics) / len(topics)


def _recipe_table(evaluation: Evaluation) -> Iterator[str]:
    yield "| set | n | measure | fast | careful | trivial | known |\n|---|---|---|---|---|---|---|"
    for row in evaluation.recipe:
        careful = f"**{row.careful}**" if row.careful else "–"
        fast = row.fast
        yield f"| {row.what} | {fast.n:,} | {row.measure} | **{fast}** | {careful} | {fast.trivial:.3f} | {row.known} |"


def write_topics(taxonomy: Taxonomy) -> str:
    """The reference of topics and risks as Markdown."""
    topics = (
        f"| `{t.slug}` | {t.name} | {t.tier} | {t.matter} | {t.matter_on_store_page} | {t.about} |"
        for t in taxonomy.topics.values()
    )
    risks = (f"| `{r.slug}` | {r.name} | {r.tier} | {r.urgency} | {r.about} |" for r in taxonomy.risks.values())
    return "\n".join(
        [
            "# Topics and risks\n",
            "Written by `localcare triage evaluate` from `localcare/triage/rules/taxonomy.yaml`; do not edit. "
            "Of two topics with equal evidence the upper one wins.\n",
            "| topic | name | tier | whose matter | on a store's page | about |\n|---|---|---|---|---|---|",
            *topics,
            "\n| risk | name | tier | urgency at least | about |\n|---|---|---|---|---|",
            *risks,
            "",
        ]
    )
