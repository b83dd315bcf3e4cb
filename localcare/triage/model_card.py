"""The pages the commands write: docs/model-card.md from an evaluation, docs/reference/topics.md from the taxonomy."""

from collections.abc import Iterable

from localcare.triage.core import Taxonomy
from localcare.triage.evaluation import ActionableFigure, Evaluation, Figure

_HEAD = """# Model card: triage {version}

Written by `localcare triage evaluate`; do not edit. Trained with {trainer}.

## What it is

TF-IDF of words, pairs of words and word pieces (2 to 5 characters), one logistic regression per question: does it need an
answer, is it a complaint, what kind of writing is it, and the sentiment of four kinds of writing, averaged by kind. Its
exported weights run on numpy alone. Keyword rules, the customer's stars and recommendation are added in log-odds
(`localcare/triage/core/combine.py`); within 8 points of even, or in a language other than English and Spanish, triage
abstains and a person at tier 1 looks. It reads the first 4,000 characters.

## What it is not

The question "does it need an answer" was learned from English signs (a brand's own answer, stars, mood, complaints), not from
labels made for it: in Spanish only rules, signals and the Spanish sentiment speak. Topics, tiers, risks and names come
from rules alone. Restaurants and airlines make up most of the training texts: a wireless store's words are covered by
the rules first. Rules know the words they know: on the demo's hand-written lines, of the half that was kept aside while
the rules were written (304 lines, 2026-11-22), the topic of 53 % of the actionable ones was right, a risk was noticed in 14
of 22 that carry one, three lines raised a false alarm; whether an answer is needed reached macro F1 0.886 (some of those
lines are FCC titles that the model was trained on).

## What was tried

Words alone (complaints 0.806 where words and pieces give 0.828), handles left out (0.828, kept: 0.840), one sentiment head
for all kinds of writing (English tweets 0.59, a head of its own 0.63; the gate keeps the latter), a topic head trained on what
the rules are sure of (no gain over the rules).

## What it was trained on

| set | used for | licence |
|---|---|---|
| ACL-19 complaint tweets (Preoţiuc-Pietro et al.) | complaint, actionable | none stated, texts stay outside |
| TweetEval sentiment, XLM-T Spanish (Cardiff NLP) | sentiment | research |
| Airline tweets (Kaggle) | sentiment, actionable | CC BY-NC-SA 4.0 |
| Store reviews with stars (Google reviews collected on GitHub) | sentiment, actionable | none stated, texts stay outside |
| Customer Support on Twitter, a sample | actionable (by what the brand answered) | CC BY-NC-SA 4.0 |
| banking77 (PolyAI) | actionable | CC BY 4.0 |
| FCC complaint titles 2015 | actionable | public domain |

No text of these sets is in the repository or in the model file beyond single words, pairs of words and word pieces that
occur in at least three texts. **From the free sets alone** (banking77, FCC) none of these heads can be trained: they hold
complaints and questions only, nothing that needs no answer and no mood. What a free installation reaches is the column
"rules only" below; the recipe itself is checked on banking77.
"""


def write_model_card(evaluation: Evaluation, *, version: str, trainer: str) -> str:
    """The model card as Markdown."""
    pace = evaluation.pace
    parts = [
        _HEAD.format(version=version, trainer=trainer),
        "## The whole verdict, on the fifth of the texts never trained on\n",
        "Split by conversation or by text, so that no duplicate leaks. Intervals are 95 % bootstrap; “trivial” always "
        "gives the most frequent answer. Only the text is given: no stars, no flag.\n",
        *_verdict_table(evaluation.verdicts, evaluation.rules_only),
        "\n## Actionable, on labels made by hand for it\n",
        f"{evaluation.actionable[0].f1.n} real texts (support tweets, store reviews), one labeller, never trained on "
        "(`localcare/triage/labels/first_look.csv`). Small: read the intervals.\n",
        *_actionable_table(evaluation.actionable),
        "\n## The recipe on single sets, five-fold\n",
        *_figure_table(evaluation.recipe),
        "\n## Risks\n",
        f"Risk rules fire on {evaluation.risks.share:.2%} of {evaluation.risks.texts:,} real support tweets and store reviews. "
        "Read by hand in samples while the rules were written, some two in three were true (food poisoning, theft, threats, "
        "discrimination).\n",
        "## Pace\n",
        f"One core, batches of 256, rules, all heads, language and names: {pace.per_second:,.0f} verdicts/s; a single verdict "
        f"{pace.single_ms:.2f} ms; loading {pace.load_seconds:.2f} s.\n",
        "## The worst errors on the hand-made labels\n",
        *(f"- {where}: {said}" for where, said in evaluation.worst),
    ]
    return "\n".join(parts) + "\n"


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


def _verdict_table(with_model: Iterable[Figure], rules_only: Iterable[Figure]) -> Iterable[str]:
    yield "| task | n | measure | rules and model | rules only | trivial | known |\n|---|---|---|---|---|---|---|"
    for full, rules in zip(with_model, rules_only, strict=True):
        e = full.estimate
        yield f"| {full.what} | {e.n:,} | {full.measure} | **{e}** | {rules.estimate} | {e.trivial:.3f} | {full.known} |"


def _actionable_table(figures: Iterable[ActionableFigure]) -> Iterable[str]:
    yield "| | macro F1 | trivial | average precision | calibration error | abstained |\n|---|---|---|---|---|---|"
    for f in figures:
        yield (
            f"| {f.who} | **{f.f1}** | {f.f1.trivial:.3f} | {f.average_precision:.3f} "
            f"| {f.calibration_error:.3f} | {f.abstained:.1%} |"
        )


def _figure_table(figures: Iterable[Figure]) -> Iterable[str]:
    yield "| set | n | measure | value | trivial | known |\n|---|---|---|---|---|---|"
    for f in figures:
        yield f"| {f.what} | {f.estimate.n:,} | {f.measure} | **{f.estimate}** | {f.estimate.trivial:.3f} | {f.known} |"
