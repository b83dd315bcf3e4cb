"""What a soak runs on: the stand-in in a thread of its own, the real web and worker processes, an outage of the former."""

import asyncio
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import uvicorn

from localcare.bench.processes import child, free_port, wait_until_answers
from localcare.demo.brand import DemoBrand
from localcare.demo.facebook import found_world
from localcare.errors import UnavailableError
from localcare.kit.mail_sink import MailSink
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.delivery import Habits
from localcare.sandbox.faults import Fault, FaultKind
from localcare.sandbox.objects import App
from localcare.sandbox.standing import Standing
from localcare.sandbox.world import World

SECRET = "soak-secret-of-some-length-00000000001"  # noqa: S105 (of a database that lives as long as the bench)
HABITS = Habits(
    duplicate_share=0.05,
    numeric_share=0.1,
    sender_share=0.1,
    repeat_share=0.05,
    late_share=0.1,
    is_shuffled=True,
    batch=200,
)
_FAULTS = (
    Fault(FaultKind.ERROR, is_transient=True, status=500),
    Fault(FaultKind.ERROR_BUT_DONE, method="POST"),
    Fault(FaultKind.RESET),
    Fault(FaultKind.RESET_BUT_DONE, method="POST"),
    Fault(FaultKind.BAD_GATEWAY),
    Fault(FaultKind.EMPTY),
    Fault(FaultKind.SLOW, seconds=2.0),
    Fault(FaultKind.RATE_LIMITED, minutes=1),
)
_START_SECONDS = 60
T = TypeVar("T")


class HastyClock:
    """The machine's clock, ahead by whatever was skipped: hours between two attempts of a webhook pass at once."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def skip(self, by: timedelta) -> None:
        """Let this time pass."""
        self._ahead += by


class StandIn:
    """The stand-in, serving in a thread. Whatever touches its world goes through `act`, in that thread."""

    def __init__(self, world: World, callback: str, retry_clock: HastyClock) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        app = create_sandbox_app(world, habits=HABITS, callback_url=callback, retry_clock=retry_clock)
        self.standing: Standing = app.state.standing
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none", timeout_graceful_shutdown=2))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._is_ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def act(self, action: Callable[[], T]) -> T:
        """Do something where no request can come between."""
        if self._loop is None:
            raise UnavailableError("The stand-in of the soak is not running.")

        async def act_there() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(act_there(), self._loop).result()

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()
        if not self._is_ready.wait(_START_SECONDS):
            raise UnavailableError("The stand-in of the soak did not start.")

    def stop(self) -> None:
        """Serve no more."""
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)

    def let_answers_fail(self, one_in: int) -> None:
        """About every `one_in`-th answer of the API is faulty, in eight ways by turns; two of them strike writing only."""
        every = one_in * len(_FAULTS)
        for number, fault in enumerate(_FAULTS):
            self.standing.graph.faults.add(replace(fault, times=10**9, every=every, seen=number * one_in))

    def _serve(self) -> None:
        asyncio.run(self._serve_here())

    async def _serve_here(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_ready.set()
        await self._server.serve(sockets=[self._listener])


class Web:
    """The real web process, which can be taken away for a while."""

    def __init__(self, port: int, settings: Mapping[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._arguments = ["localcare", "serve", "--port", str(port)]
        self._settings, self._log = settings, log
        self._running = ExitStack()

    def start(self) -> None:
        """Accept requests from now on."""
        process = self._running.enter_context(child(self._arguments, self._settings, self._log))
        wait_until_answers(process, f"{self.url}/readyz", self._log)

    def stop(self) -> None:
        """Accept none any more."""
        self._running.close()


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that runs, and where it is found."""

    stand_in: StandIn
    retry_clock: HastyClock
    web: Web
    worker: "subprocess.Popen[bytes]"

    @property
    def world(self) -> World:
        """What stands on the stand-in."""
        return self.stand_in.standing.world

    @property
    def pending(self) -> int:
        """How many updates have not been taken yet."""
        return self.stand_in.standing.sender.pending


@contextmanager
def running_scene(brand: DemoBrand, data_dir: Path) -> Iterator[Scene]:
    """The stand-in with the brand's Pages, the web process and a worker, all stopped at the end."""
    app, port = App(secret=SECRET), free_port()
    retry_clock = HastyClock()
    url = f"http://127.0.0.1:{port}"
    logs = data_dir / "logs"
    logs.mkdir()
    with ExitStack() as stack:
        sink = stack.enter_context(MailSink(data_dir / "mail"))
        stand_in = StandIn(found_world(brand, app), f"{url}/webhooks/facebook", retry_clock)
        settings = _settings(data_dir, url, stand_in.url, sink.url, app)
        web = Web(port, settings, logs / "web")
        stand_in.start()
        stack.callback(stand_in.stop)
        worker = stack.enter_context(child(["localcare", "worker"], settings, logs / "worker"))
        stack.callback(web.stop)
        web.start()
        yield Scene(stand_in, retry_clock, web, worker)


def _settings(data_dir: Path, url: str, graph_url: str, smtp_url: str, app: App) -> dict[str, str]:
    return {
        "LOCALCARE_DATABASE_URL": "",
        "LOCALCARE_DATA_DIR": str(data_dir),
        "LOCALCARE_SECRET_KEY": SECRET,
        "LOCALCARE_FACEBOOK_APP_ID": app.id,
        "LOCALCARE_FACEBOOK_APP_SECRET": app.secret,
        "LOCALCARE_FACEBOOK_VERIFY_TOKEN": app.verify_token,
        "LOCALCARE_GRAPH_URL": graph_url,
        "LOCALCARE_BASE_URL": url,
        "LOCALCARE_SMTP_URL": smtp_url,
    }
