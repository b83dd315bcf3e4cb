"""`localcare bench pages`: how long the pages people wait for take on a filled database."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice

import httpx
from sqlalchemy import text
from starlette.types import ASGIApp

from localcare.bench.at_hand import bench_runtime
from localcare.bench.filling import fill
from localcare.bench.ground import Ground, bench_ground
from localcare.bench.progress import note
from localcare.bench.result import Result, describe_machine, find_broken
from localcare.errors import UnavailableError
from localcare.kit.db import ALL_BRANDS
from localcare.kit.mail import NoTransport
from localcare.kit.runtime import Runtime
from localcare.people.service import consume_link, make_link

DEFINITION = (
    "The demo's brand with about `rows` mentions of the last 28 days, which the pipeline wrote for 3,000 of them and SQL "
    "copied for the rest, spread over all stores, one case in ten open. Each page is asked for by somebody who may see it, "
    "60 times over different stores and cases, one after the other, as ASGI in process: routing, sign-in, SQL and template, "
    "no network. A slow page is asked for 15 s only. p50_ms and p95_ms are wall time, after one request to warm up; at the "
    "top those of the slowest page. The reference is /healthz the same way."
)
_REQUESTS = 60
_LONGEST_SECONDS = 15.0

AppFactory = Callable[[Runtime], ASGIApp]


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who asks for which addresses."""

    page: str
    email: str
    paths: Sequence[str]


def run_pages(*, mentions: int = 100_000, create_app: AppFactory) -> Result:
    """Run the bench on a database of its own, filled first."""
    machine = describe_machine()
    with bench_ground() as ground:
        rows = fill(ground, mentions)
        runtime = bench_runtime(ground.database, ground.data_dir, NoTransport())
        note(f"{_REQUESTS} requests to each page …")
        app = create_app(runtime)
        times = {
            visit.page: asyncio.run(_measure(app, visit, _cookie(runtime, visit.email))) for visit in _visits(ground)
        }
        nothing = asyncio.run(_measure(app, _Visit("healthz", "", ["/healthz"]), ""))
    return Result(
        bench="pages",
        figures={
            "p50_ms": max(_percentile_ms(taken, 0.5) for taken in times.values()),
            "p95_ms": max(_percentile_ms(taken, 0.95) for taken in times.values()),
            "rows": rows,
            **{
                page: {"p50_ms": _percentile_ms(taken, 0.5), "p95_ms": _percentile_ms(taken, 0.95), "rows": rows}
                for page, taken in times.items()
            },
        },
        reference={"healthz_p50_ms": _percentile_ms(nothing, 0.5)},
        definition=DEFINITION,
        machine=machine,
        broken=find_broken(there_are_rows=rows > 0),
    )


def _visits(ground: Ground) -> list[_Visit]:
    manager, lead = ground.brand.featured_person("manager"), ground.brand.featured_person("lead")
    agent, supervisor = ground.brand.featured_person("agent"), ground.brand.featured_person("supervisor")
    store = ground.brand.featured_store.store_number
    with ground.database.session(ALL_BRANDS) as session:
        cases = session.scalars(text("select id from care_case where is_open order by id desc limit 500")).all()
        stores = session.scalars(
            text("select number from store where closed_on is null order by random() limit 500")
        ).all()
        regions = session.scalars(text("select slug from region order by depth, id limit 12")).all()
    return [
        _Visit("start", manager.email, ["/"]),
        _Visit("inbox_list", agent.email, ["/cases", "/cases?state=open", "/cases?state=closed"]),
        _Visit("case_page", supervisor.email, [f"/cases/{case_id}" for case_id in cases]),
        _Visit("store_page", supervisor.email, [f"/stores/{number}" for number in stores]),
        _Visit("own_store_page", manager.email, [f"/stores/{store}"]),
        _Visit("region_page", lead.email, [f"/regions/{lead.scope.split()[0]}"]),
        _Visit("nation_page", supervisor.email, [f"/regions/{slug}" for slug in regions[:1]]),
    ]


def _cookie(runtime: Runtime, email: str) -> str:
    """A signed-in session of this person, made as the mailed link makes it."""
    now = datetime.now(UTC)
    with runtime.db.session(ALL_BRANDS) as session:
        person_id = session.scalar(text("select id from person where email = :email"), {"email": email})
        if person_id is None:
            raise UnavailableError(f"The demo has nobody with the address {email}.")
        url = make_link(session, runtime, person_id=person_id, purpose="sign-in")
        signed_in = consume_link(session, url.rpartition("/")[2], now)
    return signed_in.token if signed_in else ""


async def _measure(app: ASGIApp, visit: _Visit, cookie: str) -> list[float]:
    cookies = {"localcare": cookie} if cookie else {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000", cookies=cookies) as client:
        await _get(client, visit.paths[0])
        times: list[float] = []
        for path in islice(cycle(visit.paths), _REQUESTS):
            times.append(await _get(client, path))
            if sum(times) > _LONGEST_SECONDS:
                break
        return sorted(times)


def _percentile_ms(times: Sequence[float], share: float) -> float:
    return round(1000 * times[int(share * len(times))], 2)


async def _get(client: httpx.AsyncClient, path: str) -> float:
    start = time.perf_counter()
    answer = await client.get(path)
    seconds = time.perf_counter() - start
    if answer.status_code != httpx.codes.OK:
        raise UnavailableError(f"{path} answered {answer.status_code}, so that its time would mean nothing.")
    return seconds
