"""`localcare pages poll`, as people and programs run it."""

import json
from collections.abc import Callable

from tests.stages.cli.conftest import Ran, run
from tests.stages.facebook.conftest import Facebook
from tests.stages.facebook.test_commands import command

__all__ = ["command", "run"]


def test_pages_are_read_now_and_what_was_found_is_said(facebook: Facebook, command: Callable[..., Ran]) -> None:
    facebook.connect()
    facebook.world.post(facebook.store(1), "Closed at noon?", author="Ann")
    ran = command("pages", "poll")
    assert "24 lists read" in ran.stdout
    assert "1 change that no webhook told" in ran.stdout


def test_one_page_is_read_from_a_day_on_for_programs(facebook: Facebook, command: Callable[..., Ran]) -> None:
    facebook.connect()
    facebook.world.post(facebook.store(1), "Closed at noon?", author="Ann")
    ran = command("pages", "poll", "--page", facebook.store(2), "--since", "2026-09-01", "--json")
    report = json.loads(ran.stdout)
    assert (report["pages"], report["lanes"], report["changes"], report["failed"]) == (1, 4, 0, 0)
