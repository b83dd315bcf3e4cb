"""`localcare pages connect`, `subscribe`, `check` and `localcare secret rotate`, as people and programs run them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from localcare.channels.facebook.connecting import begin_connection, connection_row
from localcare.channels.facebook.service import save_token
from localcare.errors import ConfigurationError
from localcare.intake.service import get_source
from localcare.intake.sources import add_source
from localcare.kit.crypto import Signer
from localcare.kit.opening import open_cipher
from localcare.sandbox.tokens import make_login
from tests.conftest import SECRET
from tests.stages.cli.conftest import Ran, run
from tests.stages.facebook.conftest import Facebook

__all__ = ["run"]

NEW_SECRET = "another-secret-for-tests-and-nothing-else-012345"
Command = Callable[..., Ran]


@pytest.fixture
def command(facebook: Facebook, run: Command) -> Command:
    """Runs a command with the settings of the test's installation."""
    settings = facebook.runtime.settings
    assert settings.facebook_app_secret is not None
    known = {
        "SECRET_KEY": SECRET,
        "GRAPH_URL": settings.graph_url,
        "BASE_URL": settings.base_url,
        "FACEBOOK_APP_ID": settings.facebook_app_id or "",
        "FACEBOOK_APP_SECRET": settings.facebook_app_secret.get_secret_value(),
        "FACEBOOK_VERIFY_TOKEN": "verify-me",
    }
    return lambda *arguments, **more: run(*arguments, **(known | more))


def test_a_brand_is_connected_with_a_token_from_standard_input(facebook: Facebook, command: Command) -> None:
    ran = command("pages", "connect", stdin=facebook.world.system_token + "\n")
    assert "6 Pages found, 0 without a token" in ran.stdout
    assert "6 of 6 Pages subscribed, 0 refused" in ran.stdout
    assert "Stores below the brand's Page: 5 Pages, 5 with a token, 0 only here" in ran.stdout
    assert facebook.world.system_token not in ran.stdout + ran.stderr


def test_a_report_for_programs_has_no_token_in_it(facebook: Facebook, command: Command, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(facebook.world.system_token)
    ran = command("pages", "connect", "--token-file", str(file), "--json")
    report = json.loads(ran.stdout)
    assert (report["phase"], report["subscribed"], [way["way"] for way in report["ways"]]) == (
        "done", 6, ["accounts", "owned", "client", "locations"],
    )  # fmt: skip
    assert "EAAB" not in ran.stdout + ran.stderr


def test_a_token_that_cannot_do_the_work_ends_with_the_reason(facebook: Facebook, command: Command) -> None:
    login = make_login(facebook.world, scopes=("business_management",))
    ran = command("pages", "connect", stdin=login.value, status=1)
    assert "Nothing was connected" in ran.stderr
    assert "pages_show_list is missing" in ran.stderr
    assert login.value not in ran.stderr


def test_connecting_goes_on_without_a_token(facebook: Facebook, command: Command) -> None:
    facebook.begin()
    assert "6 of 6 Pages subscribed" in command("pages", "connect", "--resume").stdout
    assert "0 of 0 Pages subscribed" in command("pages", "subscribe").stdout
    assert "6 of 6 Pages subscribed" in command("pages", "subscribe", "--again").stdout


def test_check_tells_how_pages_fare(facebook: Facebook, command: Command) -> None:
    facebook.connect()
    facebook.world.break_token(facebook.store(1), 463)
    assert "6 Pages: 5 ok, 1 token; 0 without a subscription." in command("pages", "check").stdout
    told = json.loads(command("pages", "check", "--page", facebook.store(1), "--json").stdout)
    assert told == {"pages": 1, "health": {"token": 1}, "unsubscribed": 0}


def test_without_an_app_it_is_said_which_settings_are_missing(facebook: Facebook, command: Command) -> None:
    ran = command("pages", "connect", stdin=facebook.world.system_token, status=1, FACEBOOK_APP_SECRET="")
    assert "LOCALCARE_FACEBOOK_APP_SECRET" in ran.stderr


def test_every_secret_is_sealed_anew_and_only_once(facebook: Facebook, command: Command) -> None:
    facebook.connect()
    with facebook.runtime.db.session(facebook.brand_id) as session:
        secret = add_source(
            session,
            facebook.brand_id,
            "crm",
            channel="community",
            cipher=facebook.runtime.cipher,
            now=facebook.clock.now(),
        )
    keys = {"SECRET_KEY": NEW_SECRET, "SECRET_KEY_PREVIOUS": SECRET}
    assert json.loads(command("secret", "rotate", "--json", **keys).stdout) == {"looked_at": 8, "sealed_anew": 8}
    assert json.loads(command("secret", "rotate", "--json", **keys).stdout) == {"looked_at": 8, "sealed_anew": 0}
    fresh = open_cipher(NEW_SECRET)
    page = facebook.pages()[facebook.store(1)]
    token = facebook.world.pages[facebook.store(1)].access_token
    assert fresh.decrypt(page.token_encrypted, row=f"page:{page.page_id}") == token
    connection = facebook.connection()
    assert (
        fresh.decrypt(connection.token_encrypted, row=connection_row(facebook.brand_id)) == facebook.world.system_token
    )
    with facebook.runtime.db.session(facebook.brand_id) as session:
        assert get_source(session, "crm", fresh)[1] == secret
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        facebook.token_of(facebook.store(1))


def test_rotation_broken_off_goes_on_where_it_was(facebook: Facebook, command: Command) -> None:
    facebook.connect()
    both = open_cipher(NEW_SECRET, SECRET)
    with facebook.runtime.db.session(facebook.brand_id) as session:
        save_token(session, both, facebook.brand_id, facebook.store(1), "half-way", now=facebook.clock.now())
    keys = {"SECRET_KEY": NEW_SECRET, "SECRET_KEY_PREVIOUS": SECRET}
    assert json.loads(command("secret", "rotate", "--json", **keys).stdout)["sealed_anew"] == 6
    page = facebook.pages()[facebook.store(1)]
    assert open_cipher(NEW_SECRET).decrypt(page.token_encrypted, row=f"page:{page.page_id}") == "half-way"


def test_a_rotation_without_the_former_key_is_refused(facebook: Facebook, command: Command) -> None:
    assert "LOCALCARE_SECRET_KEY_PREVIOUS" in command("secret", "rotate", status=1).stderr


def test_while_keys_are_rotated_both_open_and_links_hold() -> None:
    old, both = open_cipher(SECRET), open_cipher(NEW_SECRET, SECRET)
    assert both.decrypt(old.encrypt("token", row="page:1"), row="page:1") == "token"
    with pytest.raises(ConfigurationError):
        both.decrypt(old.encrypt("token", row="page:1"), row="page:2")
    link = Signer(SECRET).sign({"person": 7}, purpose="unsubscribe")
    signer = Signer(NEW_SECRET, SECRET)
    assert signer.read(link, purpose="unsubscribe", max_age_seconds=60) == {"person": 7}
    fresh = signer.sign({"person": 8}, purpose="unsubscribe")
    assert Signer(NEW_SECRET).read(fresh, purpose="unsubscribe", max_age_seconds=60) == {"person": 8}
    assert NEW_SECRET not in repr((both, signer))


def test_the_doorway_of_a_connection_keeps_what_was_named(facebook: Facebook) -> None:
    looked = begin_connection(facebook.runtime, facebook.brand_id, SecretStr(facebook.world.system_token), by="test")
    assert looked.is_usable
    assert looked.name == "localcare system user"
