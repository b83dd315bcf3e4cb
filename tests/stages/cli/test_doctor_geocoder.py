"""What doctor says about a geocoder: that it is off, what is missing, and when it is left in peace."""

import json

import pytest

from localcare.kit.db import Database
from localcare.people.models import Brand
from localcare.stores import geocode_repository
from localcare.stores.core.geocode import Failed, Line, Trouble, after_reply
from tests.stages.cli.conftest import Run


def finding(run: Run, **settings: str) -> dict[str, object] | None:
    report = json.loads(run("doctor", "--json", status=1, **settings).stdout)
    return next((check for check in report["checks"] if check["check"] == "geocoder"), None)


def test_an_installation_without_a_geocoder_is_told_that_this_is_fine(run: Run) -> None:
    found = finding(run)
    assert found is not None
    assert (found["ok"], "which is fine" in str(found["detail"])) == (True, True)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"GEOCODER": "googel"}, "googel"),
        ({"GEOCODER": "google"}, "LOCALCARE_GEOCODER_KEY"),
        ({"GEOCODER": "nominatim"}, "LOCALCARE_GEOCODER_CONTACT"),
        ({"GEOCODER": "pelias"}, "LOCALCARE_GEOCODER_URL"),
    ],
)
def test_what_a_geocoder_lacks_is_named(run: Run, settings: dict[str, str], named: str) -> None:
    found = finding(run, **settings)
    assert found is not None
    assert found["ok"] is False
    assert named in str(found["detail"])


def test_a_geocoder_that_rests_is_told_with_the_reason(run: Run, brand: Brand, database: Database) -> None:
    google = {"GEOCODER": "google", "GEOCODER_KEY": "k"}
    unused = finding(run, **google)
    assert unused is not None
    assert unused["detail"] == "google: unused, 0 questions today, 0 wait"
    with database.session(brand.id) as session:
        line, now = geocode_repository.lock_line(session, "google")
        denied = after_reply(line, Failed(Trouble.DENIED, "The provided API key is invalid."), now)
        geocode_repository.save_line(session, "google", denied)
        assert isinstance(line, Line)
    resting = finding(run, **google)
    assert resting is not None
    assert resting["ok"] is False
    assert "denied: The provided API key is invalid" in str(resting["detail"])
    assert "LOCALCARE_GEOCODER_KEY" in str(resting["remedy"])
