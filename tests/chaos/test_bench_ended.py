"""A bench that is told to end leaves neither its server nor its folder behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.chaos

PATIENCE_SECONDS = 120


def test_sigterm_stops_the_server_and_clears_the_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("ended")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o711)
    bench = subprocess.Popen(
        [sys.executable, "-m", "localcare", "bench", "ingest", "--mentions", "100000"],
        env=os.environ | {"TMPDIR": str(folder)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server = _pid_of_server(folder)
        bench.send_signal(signal.SIGTERM)
        assert bench.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
    finally:
        bench.kill()
    assert list(folder.iterdir()) == []
    # whoever inherits the server collects it a moment later
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Path(f"/proc/{server}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _pid_of_server(folder: Path) -> int:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for file in folder.glob("localcare-bench-*/postgresql/cluster/postmaster.pid"):
            if (lines := file.read_text().splitlines()) and lines[-1].strip() == "ready":
                return int(lines[0])
        time.sleep(0.1)
    raise AssertionError("the bench started no server")
