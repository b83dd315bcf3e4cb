"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "localcare").rglob("*.py"))
FILE_LIMIT, FUNCTION_LIMIT = 400, 40


def test_no_file_is_over_400_lines() -> None:
    files = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > FILE_LIMIT} == {}


def test_no_function_is_over_40_lines() -> None:
    long = {
        f"{file.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for file in SOURCES
        for node in ast.walk(_parse(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LIMIT
    }
    assert long == {}


def test_only_a_stage_itself_touches_its_repository() -> None:
    strangers = [
        f"{file.relative_to(ROOT)} imports {name}"
        for file in SOURCES
        for name in _imported(_parse(file))
        if (match := re.match(r"(localcare(?:\.\w+)+?)\.(?:\w+_)?repository\b", name))
        and not str(file.relative_to(ROOT)).startswith(match[1].replace(".", "/") + "/")
    ]
    assert strangers == []


def test_importing_the_package_does_nothing() -> None:
    tree = _parse(ROOT / "localcare" / "__init__.py")
    assert all(isinstance(node, ast.Expr | ast.Assign) for node in tree.body)


def test_the_lock_names_no_address() -> None:
    lock = ROOT / "requirements.lock"
    if not lock.exists():
        pytest.skip("there is no requirements.lock yet")
    assert re.findall(r"^.*(?:https?://|--index|--extra-index|--find-links).*$", lock.read_text(), re.MULTILINE) == []


def _parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
