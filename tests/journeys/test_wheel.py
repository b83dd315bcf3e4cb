"""Installed as a wheel the package works too: what it needs ships inside, and nothing is read from the checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.chaos

ROOT = Path(__file__).parents[2]
PIP_WHEEL = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir")
STORES = ROOT / "docs/examples/stores.csv"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's files and nothing else of ours."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = shutil.which("uv")
    build = [uv, "build", "--wheel", "--quiet", "--out-dir"] if uv else [sys.executable, *PIP_WHEEL]
    built = subprocess.run([*build, str(folder), "."], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("localcare-*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


RUN = """
import sys
ours, theirs = sys.argv[1:3]
sys.path[:] = [ours, *(entry for entry in sys.path if entry), theirs]
import localcare
assert localcare.__file__.startswith(ours), localcare.__file__
sys.argv = ["localcare", *sys.argv[3:]]
from localcare.cli import main
main()
"""


def files_below(folder: Path) -> set[Path]:
    return {file.relative_to(folder) for file in folder.rglob("*") if file.is_file()}


def data_files(package: Path) -> set[Path]:
    """The model, the gazetteer, the demo's brand: everything that is no code."""
    return {file for file in files_below(package) if file.suffix not in (".py", ".pyc") and file.parts[0] != "_assets"}


def run(installed: Path, *arguments: str) -> str:
    """A command of the installed package, in a folder without a checkout, beside the same dependencies."""
    # -S: no site, so that the editable install of the checkout is not found
    command = [sys.executable, "-I", "-S", "-c", RUN, str(installed), sysconfig.get_paths()["purelib"], *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(installed.parent)}
    done = subprocess.run(command, cwd=installed.parent, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_the_product_needs_ships_inside(installed: Path) -> None:
    package = installed / "localcare"
    for wanted in (
        "_assets/templates/base.html", "_assets/templates/emails/digest/body.html", "_assets/templates/inbox/case.html",
        "_assets/static/css/base.css", "_assets/migrations/env.py",
    ):  # fmt: skip
        assert (package / wanted).is_file(), wanted
    assert list((package / "_assets/migrations/versions").glob("*.py"))
    for tree, shipped in (("templates", "_assets/templates"), ("static", "_assets/static")):
        assert files_below(ROOT / tree) == files_below(package / shipped)
    assert data_files(package) == data_files(ROOT / "localcare")


def test_its_commands_work_away_from_the_checkout(installed: Path) -> None:
    assert "worker" in run(installed, "--help")
    verdict = json.loads(run(installed, "triage", "my bill is wrong", "--json"))
    assert verdict["matter"] == "billing"
    assert verdict["model"] != "rules-only"
    place = ("--text", "the store on Memorial City Way in Houston", "--directory", str(STORES), "--json")
    assert "status" in json.loads(run(installed, "resolve", *place))
