"""Signing in by mailed link, as a browser sees it."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from localcare.kit.clock import SetClock
from localcare.kit.db import Database
from localcare.kit.mail import MailList
from localcare.kit.runtime import Runtime
from localcare.people import service, tasks
from localcare.people.core.links import with_target
from localcare.people.models import Brand, Person
from localcare.stores.models import Store
from tests.factories import make_brand, make_person, make_store
from tests.pageclient import PageClient
from tests.stages.people.conftest import make_app


@pytest.fixture
def store(database: Database, brand: Brand) -> Store:
    with database.session(brand.id) as session:
        return make_store(session, brand)


@pytest.fixture
def ana(database: Database, brand: Brand, store: Store) -> Person:
    with database.session(brand.id) as session:
        return make_person(session, brand, "manager", store=store, email="ana@pellora.example.com")


def link_for(runtime: Runtime, person: Person, **more: object) -> str:
    assert person.id is not None
    with runtime.db.session(person.brand_id) as session:
        url = service.make_link(session, runtime, person_id=person.id, **more)  # type: ignore[arg-type]
    return urlsplit(url).path


def run_deferred(runtime: Runtime) -> int:
    """Do what the worker would: the sign-in jobs that wait."""
    with runtime.db.session(None) as session:
        jobs = session.execute(
            text("delete from procrastinate_jobs where task_name = :name returning args"),
            {"name": service.MAIL_SIGN_IN_LINK},
        ).scalars()
        waiting = list(jobs)
    for arguments in waiting:
        tasks.mail_sign_in_link(runtime, **arguments)
    return len(waiting)


def sign_in(browser: PageClient, path: str) -> str:
    """Press the button of a link's page; returns where it leads."""
    response = browser.request("POST", path, data=browser.get(path).form(path.partition("?")[0]).values, follow=False)
    assert response.status_code == 303, response.text[:300]
    return str(response.headers["location"])


def whoami(browser: PageClient) -> dict[str, object]:
    answer: dict[str, object] = browser.request("GET", "/").json()
    return answer


def test_the_whole_journey_from_a_page_over_the_mail_back_to_that_page(
    browser: PageClient, runtime: Runtime, outbox: MailList, ana: Person, store: Store
) -> None:
    page = browser.get("/stores/1")
    assert page.h1 == "Sign in"
    page = browser.post_form(page, "/sign-in", {"email": " Ana@Pellora.example.com "})
    assert page.h1 == "Look into your mail"
    assert run_deferred(runtime) == 1
    (mail,) = outbox.sent
    assert (mail.to, mail.subject) == ("ana@pellora.example.com", "Your sign-in link for Pellora Wireless")
    urls = re.findall(r"http://\S+", mail.text)
    assert urls[0] in mail.html
    link = browser.get(urlsplit(urls[0]).path)
    assert link.h1 == "Hello Ana Ortiz"
    assert "Continue as Ana" in link.text
    assert sign_in(browser, urlsplit(urls[0]).path) == "/stores/1"
    assert whoami(browser) == {
        "name": "Ana Ortiz",
        "brand": "Pellora Wireless",
        "stores": [store.id],
        "timezone": "America/Chicago",
    }


def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    browser: PageClient, runtime: Runtime, outbox: MailList, ana: Person
) -> None:
    known = browser.post_form(browser.get("/sign-in"), "/sign-in", {"email": "ana@pellora.example.com"})
    unknown = browser.post_form(browser.get("/sign-in"), "/sign-in", {"email": "bob@pellora.example.com"})
    assert known.text.replace("ana@", "bob@") == unknown.text
    assert run_deferred(runtime) == 1
    assert [mail.to for mail in outbox.sent] == ["ana@pellora.example.com"]


def test_only_so_many_links_an_hour_are_mailed(
    browser: PageClient, runtime: Runtime, outbox: MailList, clock: SetClock, ana: Person
) -> None:
    for _ in range(8):
        browser.post_form(browser.get("/sign-in"), "/sign-in", {"email": "ana@pellora.example.com"})
    run_deferred(runtime)
    assert len(outbox.sent) == 5
    clock.advance(timedelta(minutes=61))
    browser.post_form(browser.get("/sign-in"), "/sign-in", {"email": "ana@pellora.example.com"})
    run_deferred(runtime)
    assert len(outbox.sent) == 6


def test_a_scanner_that_opens_the_link_does_not_use_it_up(
    app: FastAPI, browser: PageClient, runtime: Runtime, ana: Person
) -> None:
    path = link_for(runtime, ana, purpose="sign-in", target="/visible")
    scanner = PageClient(app)
    for _ in range(3):
        scanner.get(path)
        scanner.request("HEAD", path)
    assert "localcare" not in scanner.cookies
    assert sign_in(browser, path) == "/visible"


def test_a_sign_in_link_works_once(app: FastAPI, browser: PageClient, runtime: Runtime, ana: Person) -> None:
    path = link_for(runtime, ana, purpose="sign-in")
    form = browser.get(path).form(path).values
    sign_in(browser, path)
    thief = PageClient(app)
    assert thief.get(path, status=410).h1 == "Get a new link"
    thief.cookies = PageClient(app).cookies
    answer = thief.request("POST", path, data=form)
    assert answer.status_code in (403, 410)
    assert "localcare" not in thief.cookies


def test_a_link_that_is_over_offers_one_field_and_leads_back_to_its_page(
    browser: PageClient, runtime: Runtime, clock: SetClock, ana: Person
) -> None:
    path = link_for(runtime, ana, purpose="sign-in", target="/visible")
    clock.advance(timedelta(minutes=15))
    page = browser.get(path, status=410)
    assert page.form("/sign-in").values["next"] == "/visible"
    assert [field.get("name") for field in page.all("input", type="email")] == ["email"]


def test_a_made_up_link_says_what_a_link_that_is_over_says(browser: PageClient, ana: Person) -> None:
    assert browser.get("/sign-in/made-up", status=410).h1 == "Get a new link"
    assert browser.get("/d/made-up?to=//evil.example", status=410).form("/sign-in").values["next"] == "/"


def test_a_digest_link_works_often_and_opens_its_store_only(
    app: FastAPI, runtime: Runtime, database: Database, brand: Brand, ana: Person, store: Store
) -> None:
    with database.session(brand.id) as session:
        other = make_store(session, brand)
        make_person(session, brand, "administrator", email="boss@pellora.example.com")
        session.execute(
            text("insert into role_grant (brand_id, person_id, role, store_id) values (:b, :p, 'manager', :s)"),
            {"b": brand.id, "p": ana.id, "s": other.id},
        )
    path = link_for(runtime, ana, purpose="digest", target="/visible", store_id=store.id)
    for _ in range(2):
        phone = PageClient(app)
        assert sign_in(phone, with_target(path, "/stores/9")) == "/stores/9"
        assert whoami(phone)["stores"] == [store.id]
        assert phone.request("GET", "/admin").status_code == 403


def test_a_digest_link_is_over_after_72_hours(
    browser: PageClient, runtime: Runtime, clock: SetClock, ana: Person, store: Store
) -> None:
    path = link_for(runtime, ana, purpose="digest", store_id=store.id)
    clock.advance(timedelta(hours=71, minutes=59))
    browser.get(path)
    clock.advance(timedelta(minutes=1))
    browser.get(path, status=410)


def test_a_digest_session_ends_before_an_ordinary_one(
    browser: PageClient, runtime: Runtime, clock: SetClock, ana: Person, store: Store
) -> None:
    sign_in(browser, link_for(runtime, ana, purpose="digest", store_id=store.id))
    clock.advance(timedelta(hours=25))
    assert browser.request("GET", "/", follow=False).headers["location"] == "/sign-in?next=/"


def test_who_is_signed_in_already_goes_straight_to_the_page(
    browser: PageClient, runtime: Runtime, ana: Person, store: Store
) -> None:
    sign_in(browser, link_for(runtime, ana, purpose="sign-in"))
    path = link_for(runtime, ana, purpose="digest", target="/stores/3", store_id=store.id)
    answer = browser.request("GET", path, follow=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/stores/3")
    assert browser.request("GET", "/sign-in?next=/visible", follow=False).headers["location"] == "/visible"


def test_signing_out_ends_the_session_on_the_server_too(
    app: FastAPI, browser: PageClient, runtime: Runtime, ana: Person
) -> None:
    sign_in(browser, link_for(runtime, ana, purpose="sign-in"))
    stolen = browser.cookies["localcare"]
    csrf = re.search(r'csrf_token" value="(\w+)"', browser.request("GET", "/d/x").text)
    assert csrf is not None
    answer = browser.request("POST", "/sign-out", data={"csrf_token": csrf[1]}, follow=False)
    assert answer.headers["location"] == "/sign-in"
    assert "localcare" not in browser.cookies
    thief = PageClient(app)
    thief.cookies.set("localcare", stolen)
    assert thief.request("GET", "/", follow=False).status_code == 303


def test_a_person_who_left_is_signed_out_at_once(
    browser: PageClient, runtime: Runtime, database: Database, ana: Person
) -> None:
    path = link_for(runtime, ana, purpose="sign-in")
    sign_in(browser, path)
    with database.session(ana.brand_id) as session:
        session.execute(text("update person set deactivated_at = now()"))
    assert browser.request("GET", "/", follow=False).status_code == 303
    assert browser.get(link_for(runtime, ana, purpose="sign-in"), status=410).h1 == "Get a new link"


def test_a_request_sees_its_own_brand_only_and_names_who_acts(
    browser: PageClient, runtime: Runtime, database: Database, ana: Person
) -> None:
    with database.session(None) as session:
        make_person(session, make_brand(session), "supervisor", email="stranger@other.example")
    sign_in(browser, link_for(runtime, ana, purpose="sign-in"))
    assert browser.request("GET", "/visible").json() == {
        "people": ["ana@pellora.example.com"],
        "actor": f"person:{ana.id}",
    }


def test_a_refused_request_leaves_nothing_behind(
    browser: PageClient, runtime: Runtime, database: Database, ana: Person
) -> None:
    sign_in(browser, link_for(runtime, ana, purpose="sign-in"))
    assert browser.request("GET", "/half-done").status_code == 409
    with database.session(ana.brand_id) as session:
        assert session.execute(text("select name from person")).scalars().all() == ["Ana Ortiz"]


def test_a_commit_that_fails_is_not_answered_with_success(app: FastAPI, runtime: Runtime, ana: Person) -> None:
    browser = PageClient(app, crashes=False)
    sign_in(browser, link_for(runtime, ana, purpose="sign-in"))
    assert browser.request("GET", "/fails-at-commit").status_code == 500


def test_programs_without_a_session_get_401_and_no_page(browser: PageClient) -> None:
    answer = browser.request("GET", "/visible", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_over_https_the_cookie_is_bound_to_the_host(runtime: Runtime, ana: Person) -> None:
    browser = PageClient(make_app(runtime, "https://care.example"), "https://care.example")
    path = link_for(runtime, ana, purpose="sign-in")
    answer = browser.request("POST", path, data=browser.get(path).form(path).values, follow=False)
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("__Host-localcare="))
    assert all(mark in cookie for mark in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookie


def test_a_sign_in_is_written_down(browser: PageClient, runtime: Runtime, database: Database, ana: Person) -> None:
    sign_in(browser, link_for(runtime, ana, purpose="sign-in"))
    with database.session(ana.brand_id) as session:
        rows = session.execute(text("select actor, person_id, action from audit_entry")).all()
    assert [tuple(row) for row in rows] == [(f"person:{ana.id}", ana.id, "signed in")]
