"""SQL stands in repositories and models, HTTP in routes and web: a reader knows where to look."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "localcare"
SQL_NAMES = {"select", "update", "delete", "text", "insert", "func", "or_", "and_", "col"}
SQL_PLACES = ("repository", "models")
SQL_FOLDERS = ("kit/", "bench/")
HTTP_PLACES = ("routes", "api", "dependencies", "pages")
HTTP_FOLDERS = ("web/", "sandbox/", "bench/", "app.py")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported_names(tree: ast.Module, *packages: str) -> set[str]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name for node in found if node.module.split(".")[0] in packages for alias in node.names}


def stands_in(name: str, places: tuple[str, ...], folders: tuple[str, ...]) -> bool:
    return name.startswith(folders) or any(place in part for part in name.split("/") for place in places)


@pytest.mark.parametrize(
    ("what", "packages", "names", "places", "folders"),
    [
        ("SQL", ("sqlalchemy", "sqlmodel"), SQL_NAMES, SQL_PLACES, SQL_FOLDERS),
        ("HTTP", ("fastapi", "starlette"), None, HTTP_PLACES, HTTP_FOLDERS),
    ],
)
def test_each_craft_has_its_place(
    what: str, packages: tuple[str, ...], names: set[str] | None, places: tuple[str, ...], folders: tuple[str, ...]
) -> None:
    misplaced = [
        f"{name}: {sorted(used)}"
        for name, tree in modules()
        if (used := imported_names(tree, *packages) & (names or imported_names(tree, *packages)))
        and not stands_in(name, places, folders)
    ]
    assert misplaced == [], f"{what} outside its place"
