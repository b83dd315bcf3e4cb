"""SQL stands in repositories and models, HTTP in routes and web: a reader knows where to look."""

from collections.abc import Iterable

import pytest

from tests.architecture.sources import list_sources

SQL_NAMES = {"select", "update", "delete", "text", "insert", "func", "or_", "and_", "col"}
SQL_PLACES = ("repository", "models")
SQL_FOLDERS = ("kit/", "bench/")
HTTP_PLACES = ("routes", "api", "dependencies", "pages")
HTTP_FOLDERS = ("web/", "sandbox/", "bench/", "app.py")


def imported_names(imports: Iterable[str], *packages: str) -> set[str]:
    return {name.rpartition(".")[2] for name in imports if name.partition(".")[0] in packages}


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
        f"{source.path}: {sorted(used)}"
        for source in list_sources()
        if (found := imported_names(source.imports, *packages))
        and (used := found & (names or found))
        and not stands_in(source.path, places, folders)
    ]
    assert misplaced == [], f"{what} outside its place"
