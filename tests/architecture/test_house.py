"""Rules of the house that no linter knows."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT, list_sources

SOURCES = sorted((ROOT / "localcare").rglob("*.py"))
FILE_LIMIT, FUNCTION_LIMIT = 400, 40


def test_no_file_is_over_400_lines() -> None:
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > FILE_LIMIT} == {}


def test_no_function_is_over_40_lines() -> None:
    long = {
        f"{source.path}:{function}": length
        for source in list_sources()
        for function, length in source.functions
        if length > FUNCTION_LIMIT
    }
    assert long == {}


def test_only_a_stage_itself_touches_its_repository() -> None:
    strangers = [
        f"{source.path} imports {name}"
        for source in list_sources()
        for name in source.imports
        if (match := re.match(r"localcare\.(\w+(?:\.\w+)*?)\.(?:\w+_)?repository\b", name))
        and not source.path.startswith(match[1].replace(".", "/") + "/")
    ]
    assert strangers == []


def test_importing_the_package_does_nothing() -> None:
    tree = ast.parse((ROOT / "localcare" / "__init__.py").read_text(encoding="utf-8"))
    assert all(isinstance(node, ast.Expr | ast.Assign) for node in tree.body)


def test_the_lock_names_no_address() -> None:
    lock = ROOT / "requirements.lock"
    if not lock.exists():
        pytest.skip("there is no requirements.lock yet")
    assert re.findall(r"^.*(?:https?://|--index|--extra-index|--find-links).*$", lock.read_text(), re.MULTILINE) == []
