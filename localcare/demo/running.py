"""`localcare demo` from start to end: database, history, mail sink, stand-in Facebook, web, worker, customers, sign-in links."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx

from localcare.demo.attendance import Attendance
from localcare.demo.beginning import begin, install
from localcare.demo.brand import DemoBrand, load_brand
from localcare.demo.conversation import load_conversation
from localcare.demo.corpus import load_corpus
from localcare.demo.customers import Customers
from localcare.demo.ending import Ending, ending_on_signals
from localcare.demo.facebook import found_world, keep_world
from localcare.demo.keeping import Keep
from localcare.demo.links import make_demo_link
from localcare.demo.network import REVIEW_SOURCES
from localcare.demo.processes import Children
from localcare.demo.repository import find_people, has_mentions, is_empty
from localcare.demo.reviews import ReviewStream, require_readable
from localcare.demo.setting_up import connect_pages
from localcare.demo.stream import HttpFacebook, ReviewTool, Stream, start_stream
from localcare.demo.surroundings import (
    HOST,
    app_of,
    complete_settings,
    environment_for,
    free_port,
    hurried,
    open_demo_database,
    require_free,
    runtime_of,
)
from localcare.digests.dev_routes import SINK_FOLDER
from localcare.errors import NotFoundError
from localcare.intake.service import get_source
from localcare.kit.db import ALL_BRANDS
from localcare.kit.mail_sink import MailSink
from localcare.kit.runtime import Runtime
from localcare.kit.schema import migrate
from localcare.people.service import get_brand
from localcare.sandbox.world import World
from localcare.settings import Settings

ROLES = ("manager", "lead", "agent", "supervisor", "administrator")
_READY_SECONDS = 90.0
_LOOK_EVERY = 0.5

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command was asked for."""

    data_dir: Path
    port: int = 8000
    stores: int | None = None
    reviews: Path | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A demo whose data stands: what is needed to bring it to life. `given` are the settings as they were found."""

    runtime: Runtime
    brand: DemoBrand
    brand_id: int
    keep: Keep
    given: Settings

    @property
    def has_own_facebook(self) -> bool:
        """Whether the stand-in is ours to run: not when LOCALCARE_GRAPH_URL names another."""
        return "graph_url" not in self.given.model_fields_set

    @property
    def has_own_mail(self) -> bool:
        """Whether mail stays here: not when LOCALCARE_SMTP_URL names a server."""
        return self.given.smtp_url is None


def run_demo(given: Settings, options: DemoOptions, say: Say, *, ready: Callable[[str], None]) -> None:
    """Run until Ctrl-C, SIGTERM or the death of a part. `ready` is called with the address when people can come in."""
    require_free(options.port)
    if options.reviews:
        require_readable(options.reviews)
    with ending_on_signals() as ending, ExitStack() as stack:
        keep = Keep(options.data_dir)
        settings = _complete(given, keep, options, stack)
        runtime = runtime_of(settings, stack.enter_context(open_demo_database(settings, keep)))
        standing = _stand(runtime, keep, given, options.stores, say, ending)
        children = stack.enter_context(Children(keep.logs))
        _start(children, standing, options.port, ending)
        stop = threading.Event()
        thread = start_stream(_customers_of(standing, options.reviews, stack), stop)
        team = start_stream(_team_of(standing), stop, name="the national team")
        stack.callback(_end_stream, stop, thread, team)
        _tell_links(standing, say)
        ready(f"http://{HOST}:{options.port}")
        while not ending.wait(_LOOK_EVERY):
            children.check()


# --- what stands before anything runs ---------------------------------------------------------------------------------


def _complete(given: Settings, keep: Keep, options: DemoOptions, stack: ExitStack) -> Settings:
    own = {"base_url": f"http://{HOST}:{options.port}", "graph_url": f"http://{HOST}:{free_port()}"}
    if given.smtp_url is None:
        own["smtp_url"] = stack.enter_context(MailSink(options.data_dir / SINK_FOLDER)).url
    return complete_settings(given, keep, own, data_dir=options.data_dir)


def _stand(
    runtime: Runtime, keep: Keep, given: Settings, wanted_stores: int | None, say: Say, ending: Ending
) -> Standing:
    migrate(runtime.db)
    ending.check()
    stores = keep.kept.stores if keep.kept.is_complete else wanted_stores
    brand = load_brand(stores)
    brand_id = _find_brand(runtime, brand)
    if brand_id is None:
        with runtime.db.session(ALL_BRANDS, viewer="demo") as session:
            is_ours = runtime.settings.database_url is None and is_empty(session)
        keep.save(is_ours=is_ours, stores=stores, is_complete=False)
        brand_id = _begin(runtime, brand, keep, say, ending)
    elif not keep.world.exists():
        keep_world(_new_world(runtime, brand), keep.world)
    keep.save(is_complete=True)
    return Standing(runtime, brand, brand_id, keep, given)


def _find_brand(runtime: Runtime, brand: DemoBrand) -> int | None:
    """The brand's id when it stands already, with something said about it."""
    with runtime.db.session(ALL_BRANDS, viewer="demo") as session:
        try:
            found = get_brand(session, brand.slug)
        except NotFoundError:
            return None
        return found.id if found.id is not None and has_mentions(session, found.id) else None


def _begin(runtime: Runtime, brand: DemoBrand, keep: Keep, say: Say, ending: Ending) -> int:
    say(f"First start: {len(brand.stores):,} stores, their people, and three weeks of history. About half a minute.")
    with hurried(runtime) as quick:
        begun = begin(quick, brand, app_of(runtime.settings), progress=_every_quarter(say, ending))
    keep_world(begun.world, keep.world)
    return begun.brand_id


def _new_world(runtime: Runtime, brand: DemoBrand) -> World:
    brand_id = install(runtime, brand)
    world = found_world(brand, app_of(runtime.settings))
    connect_pages(runtime, brand_id, world)
    return world


def _every_quarter(say: Say, ending: Ending) -> Callable[[float], None]:
    told = [0]

    def progress(share: float) -> None:
        ending.check()
        quarter = int(share * 4)
        if quarter > told[0]:
            told[0] = quarter
            say(f"  {quarter * 25} %")

    return progress


# --- what runs --------------------------------------------------------------------------------------------------------


def _start(children: Children, standing: Standing, port: int, ending: Ending) -> None:
    environment = environment_for(standing.runtime.settings)
    own = f"http://{HOST}:{port}"
    graph_url = standing.runtime.settings.graph_url
    if standing.has_own_facebook:
        graph_port = graph_url.rpartition(":")[2]
        arguments = ["localcare.demo.facebook", str(standing.keep.world), "--port", graph_port]
        children.start("stand-in Facebook", [*arguments, "--callback", f"{own}/webhooks/facebook"], environment)
    children.start("web process", ["localcare", "serve", "--port", str(port)], environment)
    children.start("worker", ["localcare", "worker"], environment)
    children.wait_for(_unless(ending, f"{own}/readyz"), what="web process", seconds=_READY_SECONDS)
    if standing.has_own_facebook:
        sandbox = f"{graph_url}/_sandbox/webhooks"
        children.wait_for(_unless(ending, sandbox), what="stand-in Facebook", seconds=_READY_SECONDS)


def _unless(ending: Ending, url: str) -> Callable[[], bool]:
    """Whether the address answers, asked until the demo is to end."""

    def answers() -> bool:
        ending.check()
        return _answers(url)

    return answers


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _customers_of(standing: Standing, reviews: Path | None, stack: ExitStack) -> Callable[[threading.Event], None]:
    runtime, rng = standing.runtime, random.Random()
    if reviews is not None:
        numbers = [store.store_number for store in standing.brand.open_stores]
        return ReviewStream(reviews, numbers, runtime.db, standing.brand_id, runtime.clock, rng).run
    if not standing.has_own_facebook:
        return _say_nothing
    base_url = runtime.settings.base_url.rstrip("/")
    graph = stack.enter_context(httpx.Client(base_url=runtime.settings.graph_url, timeout=20.0, trust_env=False))
    web = stack.enter_context(httpx.Client(base_url=base_url, timeout=20.0, trust_env=False))
    return Stream(
        customers=Customers(standing.brand, load_corpus(), rng),
        talk=load_conversation(),
        facebook=HttpFacebook(graph),
        reviews=ReviewTool(web, _source_secrets(runtime)),
        clock=runtime.clock,
        photo_url=f"{base_url}/dev/photos",
        rng=rng,
    ).run


def _say_nothing(_stop: threading.Event) -> None:
    """Customers of a Facebook that is not the demo's write by themselves."""


def _source_secrets(runtime: Runtime) -> dict[str, str]:
    with runtime.db.session(ALL_BRANDS, viewer="demo") as session:
        return {name: get_source(session, name, runtime.cipher)[1] for name in REVIEW_SOURCES}


def _team_of(standing: Standing) -> Callable[[threading.Event], None]:
    """The agents, but for the one whom the sign-in link makes you."""
    runtime, brand_id = standing.runtime, standing.brand_id
    with runtime.db.session(brand_id, viewer="demo") as session:
        looks_on = find_people(session, brand_id, [standing.brand.featured_person("agent").email])
    return Attendance(
        runtime.db, runtime.clock, brand_id, load_conversation(), random.Random(), frozenset(looks_on.values())
    ).run


def _end_stream(stop: threading.Event, *threads: threading.Thread) -> None:
    stop.set()
    for thread in threads:
        thread.join(10.0)


def _tell_links(standing: Standing, say: Say) -> None:
    runtime = standing.runtime
    people = {role: standing.brand.featured_person(role) for role in ROLES}
    with runtime.db.session(standing.brand_id, viewer="demo") as session:
        ids = find_people(session, standing.brand_id, [person.email for person in people.values()])
    say("")
    say("Sign in as")
    for role, person in people.items():
        say(f"  {role:<14} {person.name:<18} {make_demo_link(runtime, ids[person.email])}")
    say("")
    base_url = runtime.settings.base_url.rstrip("/")
    if standing.has_own_mail:
        say(f"Mail that was sent     {base_url}/dev/mail")
    if standing.has_own_facebook:
        page = f"{runtime.settings.graph_url}/pages/{standing.brand.featured_store.page_id}"
        say(f"Write as a customer    {page}")
    say("Ctrl-C stops everything; starting again continues.")
    say("")
