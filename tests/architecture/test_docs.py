"""What the documents claim about the code is true."""

import re
from pathlib import Path

import pytest

from localcare.settings import Settings, describe_settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_and_every_named_file_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", text)
    named = re.findall(r"`((?:localcare|tests|docs|templates|migrations)/[\w./-]+)`", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    missing += [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_every_setting_is_documented() -> None:
    written = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    assert written == describe_settings(), "run: python -m localcare.settings > docs/reference/settings.md"


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_tour_names_every_stage() -> None:
    tour = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
    stages = [path.name for path in (ROOT / "localcare").iterdir() if (path / "__init__.py").exists()]
    assert [stage for stage in stages if stage not in tour] == []
