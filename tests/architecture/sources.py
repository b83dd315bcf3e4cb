"""What the sources say of themselves, each file parsed once however many rules ask."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "localcare"


@dataclass(frozen=True)
class Source:
    """A module: its path inside the package, the dotted names it imports, and how many lines each function has."""

    path: str
    imports: tuple[str, ...]
    functions: tuple[tuple[str, int], ...]


@cache
def list_sources() -> tuple[Source, ...]:
    """Every module of the package; the trees themselves are let go, they are large."""
    return tuple(_read(file) for file in sorted(PACKAGE.rglob("*.py")))


def _read(file: Path) -> Source:
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return Source(
        file.relative_to(PACKAGE).as_posix(),
        tuple(name for node in nodes for name in _imported(node)),
        tuple(
            (f"{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
            for node in nodes
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ),
    )


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
