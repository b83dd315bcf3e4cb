"""A whole installation in one process, over real parts: PostgreSQL, the stand-in and the web over HTTP, mail over SMTP.

What the worker does by itself is done here step by step, so that a test decides what has happened by when.
"""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import httpx
from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import select

from localcare.app import create_app
from localcare.cases.models import Case, CaseMention
from localcare.channels.facebook.models import PageAccess
from localcare.channels.facebook.service import save_token
from localcare.channels.reading import STORED
from localcare.channels.stored import encode_changes
from localcare.digests.tasks import tick
from localcare.intake.core import Delivery, Lane
from localcare.intake.service import accept, backlog
from localcare.kit.clock import SetClock
from localcare.kit.db import ALL_BRANDS, Session
from localcare.kit.jobs import run_jobs
from localcare.kit.mail import SmtpTransport
from localcare.kit.mail_sink import MailSink
from localcare.kit.runtime import Runtime
from localcare.mentions.core import MentionChange
from localcare.mentions.models import MentionKey
from localcare.people.models import Brand, Person
from localcare.pipeline import Pipeline
from localcare.replies.models import Reply
from localcare.replies.tasks import resume_unsent
from localcare.sandbox.app import create_sandbox_app
from localcare.sandbox.objects import App, PageSeed
from localcare.sandbox.standing import Standing
from localcare.sandbox.world import World
from localcare.stores.models import Store
from localcare.triage.core import Triager
from localcare.worker import TASK_MODULES
from tests.conftest import SECRET
from tests.factories import make_page, make_person, make_region, make_store
from tests.journeys.serving import address_of, listen, serving, until
from tests.pageclient import PageClient

BRAND_PAGE, STORE_PAGE, OTHER_PAGE = "108000000000001", "108000000000101", "108000000000102"
FACEBOOK_SECRET, VERIFY_TOKEN, APP_ID = "the-meta-apps-secret-0001", "the-verify-token", "1517776481860111"
_TELL_THE_TIME = text("""
    update procrastinate_jobs j set scheduled_at = case when w.due_at > :now then w.due_at + interval '100 years' end
    from (
        select id, scheduled_at - case when scheduled_at > '2100-01-01' then interval '100 years' else '0' end as due_at
        from procrastinate_jobs where status = 'todo' and scheduled_at is not null
    ) w where w.id = j.id
""")
"""PostgreSQL's clock runs apart from the test's: what is due by the test's is due now, the rest in a century."""
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class People:
    """Who works there."""

    ana: Person
    """Manager of store 4001."""
    cem: Person
    """Manager of store 4002."""
    lena: Person
    """Lead of the region."""
    bo: Person
    """National agent, tier 2, billing and network."""
    ivy: Person
    """Another one like Bo."""
    sue: Person
    """Supervisor."""
    max: Person
    """Administrator."""


class Browser(PageClient):
    """The page client over real HTTP."""

    def __init__(self, base_url: str) -> None:
        super().__init__(None, base_url)
        self._address = base_url

    async def _request(self, method: str, url: str, *, follow: bool, **options: Any) -> httpx.Response:
        headers = {"Accept": "text/html"} | dict(options.pop("headers", None) or {})
        async with httpx.AsyncClient(
            base_url=self._address, cookies=self.cookies, follow_redirects=follow, trust_env=False
        ) as client:
            response = await client.request(method, url, headers=headers, **options)
            self.cookies = client.cookies
            return response


@dataclass
class Installation:
    """Two stores with Pages below a brand Page, their people, and the way to make time and work go on."""

    url: str
    graph_url: str
    runtime: Runtime
    clock: SetClock
    standing: Standing
    sink: MailSink
    pipeline: Pipeline
    brand_id: int
    store: Store
    people: People

    @property
    def world(self) -> World:
        """What stands on the stand-in's Facebook, whatever we believe."""
        return self.standing.world

    @property
    def store_page(self) -> str:
        """The Page of store 4001."""
        return STORE_PAGE

    # --- customers, and bad luck ---

    def act(self, path: str, **what: Any) -> dict[str, Any]:
        """Do something on the stand-in as its people do: POST to its `/_sandbox`."""
        answer = httpx.post(f"{self.graph_url}/_sandbox{path}", json=what, trust_env=False)
        assert answer.is_success, answer.text
        return cast(dict[str, Any], answer.json()) if answer.content else {}

    def customer_posts(self, words: str, *, page: str = STORE_PAGE, author: str = "Marcus Bell") -> str:
        """A visitor's post, which has arrived and been worked in; returns its id on Facebook."""
        posted = self.act(f"/pages/{page}/posts", author=author, message=words)
        self.settle()
        return str(posted["id"])

    def imported(self, *reviews: MentionChange) -> None:
        """Rows that came by a file."""
        with self.session() as session:
            body = encode_changes(reviews)
            accept(session, [Delivery(Lane.IMPORT, STORED, body, self.clock.now(), brand_id=self.brand_id)])
        self.settle()

    def comments_on(self, post_id: str) -> list[str]:
        """What the Page has written below a post, as everybody can read it."""
        return [one.message for one in self.world.posts[post_id].comments if one.author.id == one.page_id]

    def repair_token(self, page_id: str) -> None:
        """The administrator connects the Page again."""
        with self.runtime.db.session(self.brand_id) as session:
            token = self.world.pages[page_id].access_token
            save_token(session, self.runtime.cipher, self.brand_id, page_id, token, now=self.clock.now())

    # --- work and time ---

    def settle(self) -> None:
        """Webhooks arrive, the pipeline works, jobs run, their echoes come back: until nothing is left to do."""
        is_quiet = False
        while not is_quiet:
            until(lambda: self.standing.sender.pending == 0, "webhooks were not delivered")
            while self.pipeline.work_batch().events:
                pass
            self.run_jobs()
            with self.session() as session:
                is_quiet = backlog(session, self.clock.now())[0] == 0 and self.standing.sender.pending == 0

    def wait(self, **span: float) -> None:
        """Time passes; the worker's clock notices, and what became due is done."""
        self.clock.advance(timedelta(**span))
        resume_unsent(self.runtime)
        tick(self.runtime)
        self.settle()

    def run_jobs(self) -> None:
        """Work off every job that is due by the test's clock."""
        with self.session() as session:
            session.execute(_TELL_THE_TIME, {"now": self.clock.now()})
        with ThreadPoolExecutor(1) as thread:  # a browser test has an event loop in this one
            thread.submit(
                lambda: asyncio.run(run_jobs(self.runtime.db, self.runtime, concurrency=2, wait=False))
            ).result()

    # --- what is so ---

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A look at, or a hand in, every table."""
        with self.runtime.db.session(ALL_BRANDS) as session:
            yield session

    def case_of(self, external_id: str) -> Case:
        """The case that something on Facebook belongs to."""
        with self.session() as session:
            query = select(Case).join(CaseMention, CaseMention.case_id == Case.id).join(  # type: ignore[arg-type]
                MentionKey, MentionKey.id == CaseMention.mention_id  # type: ignore[arg-type]
            )  # fmt: skip
            return session.exec(query.where(MentionKey.external_id == external_id)).one()

    def replies_to(self, case: Case) -> list[Reply]:
        """The replies of a case, oldest first."""
        with self.session() as session:
            return list(session.exec(select(Reply).where(Reply.case_id == case.id).order_by(Reply.id)))  # type: ignore[arg-type]

    def page_health(self, page_id: str) -> tuple[str, str]:
        """(health, detail) of a Page's access."""
        with self.session() as session:
            access = session.get_one(PageAccess, page_id)
            return access.health, access.health_detail

    # --- people ---

    def mails_to(self, person: Person) -> list[EmailMessage]:
        """What came to a person's mailbox, the newest first."""
        folder = self.sink.folder
        found = [folder.find_mail(mail.key) for mail in folder.list_mails(to=person.email)]
        return [mail for mail in found if mail is not None]

    def browser(self) -> Browser:
        """A browser in which nobody has signed in."""
        return Browser(self.url)

    def sign_in(self, person: Person) -> Browser:
        """A browser in which somebody has signed in by the link that was mailed to them."""
        browser = self.browser()
        browser.post_form(browser.get("/sign-in"), "/sign-in", {"email": person.email})
        self.run_jobs()
        self.follow(browser, find_link(self.mails_to(person)[0], "/sign-in/"))
        return browser

    def follow(self, browser: Browser, link: str) -> None:
        """Open a mailed link and press its one button."""
        page = browser.get(link)
        browser.post_form(page, page.forms[0].action)


def find_link(mail: EmailMessage, part: str) -> str:
    """The first address in a mail's text that contains this."""
    return next(str(link) for link in _LINK.findall(text_of_mail(mail)) if part in link)


def text_of_mail(mail: EmailMessage) -> str:
    """What a mail says in plain text."""
    body = mail.get_body(("plain",))
    assert body is not None, "a mail without plain text"
    content: str = body.get_content()
    return content


@contextmanager
def installed(
    runtime: Runtime, clock: SetClock, brand: Brand, triager: Triager, folder: Path
) -> Iterator[Installation]:
    """The installation, at work on the fixtures of a test."""
    for name in TASK_MODULES:
        import_module(name)
    web, graph = listen(), listen()
    world = _make_world(clock)
    sandbox = create_sandbox_app(world, callback_url=f"{address_of(web)}/webhooks/facebook")
    with MailSink(folder) as sink:
        own = _runtime(runtime, address_of(web), address_of(graph), sink)
        with serving(create_app(own), web), serving(sandbox, graph):
            assert brand.id is not None
            with own.db.session(brand.id) as session:
                store, people = _furnish(session, brand)
            installation = Installation(
                url=address_of(web), graph_url=address_of(graph), runtime=own, clock=clock, standing=sandbox.state.standing,
                sink=sink, pipeline=Pipeline(own.db, clock, triager), brand_id=brand.id, store=store, people=people,
            )  # fmt: skip
            for page_id in world.pages:
                installation.repair_token(page_id)
            installation.wait(minutes=1)
            yield installation


def _make_world(clock: SetClock) -> World:
    stores = [
        PageSeed("Pellora Memorial City", id=STORE_PAGE, store_number=4001),
        PageSeed("Pellora Katy Mills", id=OTHER_PAGE, store_number=4002),
    ]
    app = App(id=APP_ID, secret=FACEBOOK_SECRET, verify_token=VERIFY_TOKEN)
    return World.from_pages(PageSeed("Pellora", id=BRAND_PAGE), stores, clock=clock, app=app)


def _runtime(runtime: Runtime, url: str, graph_url: str, sink: MailSink) -> Runtime:
    settings = runtime.settings.model_copy(
        update={
            "base_url": url,
            "graph_url": graph_url,
            "smtp_url": SecretStr(sink.url),
            "secret_key": SecretStr(SECRET),
            "facebook_app_id": APP_ID,
            "facebook_app_secret": SecretStr(FACEBOOK_SECRET),
            "facebook_verify_token": SecretStr(VERIFY_TOKEN),
        }
    )
    return replace(runtime, settings=settings, mail=SmtpTransport(sink.url, settings.mail_from))


def _furnish(session: Session, brand: Brand) -> tuple[Store, People]:
    nation = make_region(session, brand)
    texas = make_region(session, brand, name="Texas", slug="texas", parent=nation)
    store = make_store(session, brand, region=texas, number="4001")
    other = make_store(
        session, brand, region=texas, number="4002", name="Pellora Katy Mills", city="Katy", zip_code="77494"
    )
    make_page(session, brand, page_id=BRAND_PAGE)
    make_page(session, brand, page_id=STORE_PAGE, store=store)
    make_page(session, brand, page_id=OTHER_PAGE, store=other)
    central = ("billing", "network")
    return store, People(
        ana=make_person(session, brand, store=store),
        cem=make_person(session, brand, name="Cem Aydin", store=other),
        lena=make_person(session, brand, "lead", name="Lena Koch", region=texas),
        bo=make_person(session, brand, "agent", name="Bo Li", skills=central, tier=2),
        ivy=make_person(session, brand, "agent", name="Ivy Chen", skills=central, tier=2),
        sue=make_person(session, brand, "supervisor", name="Sue Park"),
        max=make_person(session, brand, "administrator", name="Max Ode"),
    )
