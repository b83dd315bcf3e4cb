"""`localcare pages health`: one line per cause, for people and for programs; the exit code says whether all is well."""

import json
from collections.abc import Callable
from datetime import timedelta

from localcare.channels.facebook.watching import watch
from tests.stages.cli.conftest import Ran, run
from tests.stages.facebook.conftest import Facebook
from tests.stages.facebook.test_commands import command

__all__ = ["command", "run"]


def test_well_pages_are_said_to_be_well(facebook: Facebook, command: Callable[..., Ran]) -> None:
    facebook.connect()
    watch(facebook.runtime)
    assert command("pages", "health", status=0).stdout.strip() == "Nothing is wrong with any Page."


def test_each_cause_is_one_line_with_who_mends_it(facebook: Facebook, command: Callable[..., Ran]) -> None:
    facebook.connect()
    watch(facebook.runtime)
    facebook.clock.advance(timedelta(minutes=10))
    for number in (1, 2):
        facebook.world.break_token(facebook.store(number), 460)
    for _ in range(3):
        facebook.clock.advance(timedelta(minutes=3))
        watch(facebook.runtime)
    ran = command("pages", "health", status=1)
    assert "Token lost: 2 Pages (such as" in ran.stdout
    assert "changed the password" in ran.stdout
    ran = command("pages", "health", "--json", status=1)
    told = json.loads(ran.stdout)
    assert (told["ok"], [(each["kind"], each["pages"]) for each in told["causes"]]) == (False, [("token", 2)])
