"""The demo as people start it: one command, links that work, a customer's words in the inbox, a clean end, and on it goes."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from localcare.demo.brand import load_brand

READY_SECONDS = 240.0
SOON_SECONDS = 30.0
ROLES = ("manager", "lead", "agent", "supervisor", "administrator")

pytestmark = [pytest.mark.long, pytest.mark.timeout(600), pytest.mark.xdist_group("demo")]


@dataclass(frozen=True)
class Demo:
    """A running demo and what it has said."""

    process: subprocess.Popen[str]
    said: str

    @property
    def url(self) -> str:
        match = re.search(r"^localcare is ready: (\S+)$", self.said, re.MULTILINE)
        assert match, self.said
        return match[1]

    @property
    def facebook(self) -> str:
        match = re.search(r"(http://127\.0\.0\.1:\d+)/pages/", self.said)
        assert match, self.said
        return match[1]

    def link(self, role: str) -> str:
        match = re.search(rf"^  {role} .*?(http\S+)$", self.said, re.MULTILINE)
        assert match, self.said
        return match[1]

    def signed_in(self, role: str) -> httpx.Client:
        """A browser that came by the printed link."""
        browser = httpx.Client(base_url=self.url, follow_redirects=True, timeout=30.0, trust_env=False)
        page = browser.get(self.link(role))
        form = re.search(r'<form[^>]*action="(/dev/sign-in/[^"]+)".*?</form>', page.text, re.DOTALL)
        assert form, page.text
        hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
        browser.post(form[1], data=hidden)
        return browser


@contextmanager
def running_demo(folder: Path, *more: str, until: str = "localcare is ready: ") -> Iterator[Demo]:
    """`localcare demo` in a process of its own, ended by SIGTERM unless the test did."""
    command = [sys.executable, "-m", "localcare", "demo", "--no-browser", "--port", str(_free_port())]
    command += ["--data-dir", str(folder), *more]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOCALCARE_")}
    environment["PYTHONUNBUFFERED"] = "1"
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            yield Demo(process, _read_until(process, until))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(60)


def _read_until(process: subprocess.Popen[str], beginning: str) -> str:
    assert process.stdout
    said, end = "", time.monotonic() + READY_SECONDS
    for line in process.stdout:
        said += line
        if line.startswith(beginning) or time.monotonic() > end:
            break
    return said


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _soon(happens: Callable[[], object]) -> bool:
    """Whether it happens within seconds; a process of its own has to do it, so it is asked again and again."""
    end = time.monotonic() + SOON_SECONDS
    pause = threading.Event()
    while time.monotonic() < end:
        if happens():
            return True
        pause.wait(0.25)
    return False


def _processes_of(folder: Path) -> list[str]:
    """The command lines of processes that work on this folder, read from /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (entry / "environ").read_bytes()
        except OSError:
            continue
        if entry.name != str(os.getpid()) and (str(folder) in command or f"DATA_DIR={folder}".encode() in environment):
            found.append(command)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for the demos of this module, the second of which continues the first."""
    return tmp_path_factory.mktemp("demo")


def test_the_demo_runs_from_nothing_to_a_case_in_the_inbox_and_ends_without_a_trace(folder: Path) -> None:
    store = load_brand(60).featured_store
    with running_demo(folder, "--stores", "60") as demo:
        for role in ROLES:
            assert demo.signed_in(role).get("/dev/mail").status_code == 200
        manager = demo.signed_in("manager")
        assert manager.get("/").status_code == 200
        words = "There is water all over the floor by the door and nobody cares. Is this store even open on Sunday?"
        post = httpx.post(
            f"{demo.facebook}/_sandbox/pages/{store.page_id}/posts",
            json={"author": "Quentin Zabriskie", "message": words},
            trust_env=False,
        )
        assert post.status_code == 201
        assert _soon(lambda: "Quentin Zabriskie" in manager.get("/").text)
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(60) == 0
    assert _processes_of(folder) == []


def test_started_again_it_continues_with_its_data(folder: Path) -> None:
    with running_demo(folder) as demo:
        assert "First start" not in demo.said
        assert "Quentin Zabriskie" in demo.signed_in("manager").get("/").text
        pages = httpx.get(f"{demo.facebook}/_sandbox", trust_env=False).json()
        assert pages["pages"] == 61
        assert pages["posts"] > 50


def test_when_the_demo_is_killed_its_children_end_too(folder: Path) -> None:
    with running_demo(folder) as demo:
        demo.process.kill()
        demo.process.wait(10)
        assert _soon(lambda: not _processes_of(folder))


def test_a_child_that_dies_is_named_and_ends_the_demo(folder: Path) -> None:
    with running_demo(folder) as demo:
        worker = next(pid for pid, command in _children(demo.process.pid) if command.rstrip().endswith("worker"))
        os.kill(worker, signal.SIGKILL)
        assert demo.process.wait(60) == 1
        assert demo.process.stdout
        assert "worker stopped by itself" in demo.process.stdout.read()
    assert _soon(lambda: not _processes_of(folder))


def test_a_first_start_that_was_interrupted_is_begun_anew(tmp_path: Path) -> None:
    with running_demo(tmp_path, "--stores", "5", until="  ") as demo:
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(60) == 0
    assert _processes_of(tmp_path) == []
    with running_demo(tmp_path, "--stores", "5") as demo:
        assert "First start" in demo.said
        assert demo.signed_in("manager").get("/").status_code == 200


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "localcare", "demo", "--port", port, "--data-dir", str(tmp_path / "none")]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"Port {port}" in ended.stderr
    assert "--port" in ended.stderr
    assert not (tmp_path / "none").exists()


def _children(parent: int) -> list[tuple[int, str]]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    return [(int(pid), Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()) for pid in children]
