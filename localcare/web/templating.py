"""The template environment: strict, escaping, with the components as `ui` and filters in the viewer's time."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import PurePosixPath
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from localcare.kit.assets import asset_dir
from localcare.web import words
from localcare.web.parts import ClockFace
from localcare.web.plots import sparkline
from localcare.web.static import icon_url, static_url


@dataclass(frozen=True, slots=True)
class Frame:
    """What filters and macros need to know about the request that is being rendered."""

    now: datetime
    zone: ZoneInfo
    csrf_token: str


_frame: ContextVar[Frame] = ContextVar("frame")


@contextmanager
def framed(frame: Frame) -> Iterator[None]:
    """Render inside this block: macros have no context of their own, so the frame goes beside them."""
    token = _frame.set(frame)
    try:
        yield
    finally:
        _frame.reset(token)


@cache
def templates() -> Environment:
    """The environment of every page: strict, escaping, with each macro of templates/components as `ui.<name>`."""
    folder = asset_dir("templates")
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "ago": _ago,
        "local": _local,
        "local_time": _local_time,
        "local_date": _local_date,
        "clock": _clock,
        "duration": words.duration,
        "excerpt": words.excerpt,
        "plural": words.plural,
        "number": words.number,
        "percent": words.percent,
        "initials": words.initials,
        "hue": words.hue,
        "slug": _slug,
        "spark_points": sparkline,
        "is_current": _is_current,
    }
    environment.globals |= {
        "static_url": static_url,
        "icon_url": icon_url,
        "csrf_value": lambda: _frame.get().csrf_token,
        "page_zone": _page_zone,
    }
    environment.globals["ui"] = _components(environment)
    return environment


def _components(environment: Environment) -> SimpleNamespace:
    """Every macro of templates/components under its own name. Raises ValueError for a name used twice."""
    ui = SimpleNamespace()
    environment.globals["ui"] = ui
    for name in sorted(environment.list_templates(filter_func=_is_component)):
        for macro_name, macro in environment.get_template(name).module.__dict__.items():
            if macro_name.startswith("_"):
                continue
            if hasattr(ui, macro_name):
                raise ValueError(f"{name} defines {macro_name} a second time")
            setattr(ui, macro_name, macro)
    return ui


def _is_component(name: str) -> bool:
    return PurePosixPath(name).parent == PurePosixPath("components")


def _ago(instant: datetime) -> Markup:
    frame = _frame.get()
    return _time(instant, words.relative(instant, frame.now), tooltip=_full(instant.astimezone(frame.zone)))


def _local(instant: datetime) -> Markup:
    frame = _frame.get()
    here = instant.astimezone(frame.zone)
    year = "" if here.year == frame.now.astimezone(frame.zone).year else f", {here.year}"
    return _time(instant, f"{here:%b} {here.day}{year}, {_wall(here)}", tooltip=_full(here))


def _local_time(instant: datetime) -> Markup:
    here = instant.astimezone(_frame.get().zone)
    return _time(instant, _wall(here), tooltip=_full(here))


def _local_date(instant: datetime) -> Markup:
    here = instant.astimezone(_frame.get().zone)
    return _time(instant, f"{here:%A, %B} {here.day}", tooltip=_full(here))


def _page_zone() -> str:
    """The zone of all times of the page that name none: `EST (America/New York)`."""
    frame = _frame.get()
    short, name = f"{frame.now.astimezone(frame.zone):%Z}", frame.zone.key.replace("_", " ")
    return f"{short} ({name})" if short.isalpha() and short != name else name


def _clock(face: ClockFace) -> words.ClockWords:
    if face.paused and face.met_at is None:
        return words.ClockWords("Paused", "paused")
    return words.clock_words(face.due_at, _frame.get().now, met_at=face.met_at, warn=face.warn)


def _time(instant: datetime, text: str, *, tooltip: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"), tooltip, text
    )


def _wall(here: datetime) -> str:
    return f"{here.hour % 12 or 12}:{here:%M %p}"


def _full(here: datetime) -> str:
    return f"{here:%A, %B} {here.day}, {here.year}, {_wall(here)} {here:%Z}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _is_current(places: Iterable[str], path: str) -> bool:
    """Whether one of an entry's places is where we are or something above it; `/` only itself."""
    return any(path == href or (href != "/" and path.startswith(href.rstrip("/") + "/")) for href in places)
