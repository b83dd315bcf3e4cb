"""What people do on their screens, from the mail in the morning to the answer on Facebook."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.journeys.installation import Installation, find_link
from tests.journeys.test_main_job import COMPLAINT, SORRY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


def fits(page: Page) -> bool:
    """Whether nothing runs off the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_manager_reads_the_morning_mail_on_the_phone_and_answers_from_it(
    place: Installation, open_page: OpenPage
) -> None:
    post_id = place.customer_posts(COMPLAINT)
    place.wait(hours=24)
    (mail,) = place.mails_to(place.people.ana)
    html = mail.get_body(("html",))
    assert html is not None
    page = open_page(on_phone=True)
    page.set_content(html.get_content())
    expect(page.get_by_role("paragraph").filter(has_text="I waited 50 minutes")).to_be_visible()
    page.locator(f"a[href*='?to=/cases/{place.case_of(post_id).id}']").first.click()

    page.get_by_role("button", name="Continue as Ana").click()
    page.wait_for_url(f"{place.url}/cases/*")
    expect(page.get_by_text(COMPLAINT).first).to_be_visible()
    assert fits(page)
    page.get_by_label("Your answer").fill(SORRY)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Sending in 10 seconds")).to_be_visible()
    expect(page.get_by_role("button", name="Undo").first).to_be_visible()
    assert fits(page)

    place.wait(seconds=11)
    page.reload()
    expect(page.locator(".turn--ours")).to_contain_text(SORRY)
    expect(page.locator(".turn--ours")).to_contain_text("Sent, and seen on the Page")
    assert place.comments_on(post_id) == [SORRY]
    page.goto("/")
    expect(page.get_by_text("All caught up")).to_be_visible()
    assert fits(page)


def test_an_agent_signs_in_takes_the_next_case_leaves_a_note_and_hands_it_over(
    place: Installation, open_page: OpenPage
) -> None:
    post_id = place.customer_posts("My bill is wrong again, I was charged twice. Please fix my bill.")
    page = open_page()
    page.goto("/")
    page.get_by_label("e-mail").fill(place.people.bo.email)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    place.run_jobs()
    page.goto(find_link(place.mails_to(place.people.bo)[0], "/sign-in/"))
    page.get_by_role("button", name="Continue as Bo").click()

    expect(page.get_by_text("1 customer waits in your queues")).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url(f"{place.url}/cases/*")
    expect(page.get_by_text("This case is yours now")).to_be_visible()
    assert place.case_of(post_id).owner_id == place.people.bo.id

    page.get_by_label("A note for colleagues").fill("Called the billing desk; they look at it until noon.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Customers never see it").first).to_be_visible()
    expect(page.locator("#history")).to_contain_text("they look at it until noon")

    page.get_by_text("Hand over", exact=True).first.click()
    page.locator("#handover-to").select_option(label="Ivy Chen (agent)")
    page.locator("#handover-note").fill("My shift ends.")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_text("Handed over to your colleague")).to_be_visible()
    assert place.case_of(post_id).owner_id == place.people.ivy.id

    ivy = open_page(place.people.ivy)
    ivy.goto("/")
    ivy.get_by_role("link", name="Marcus Bell").click()
    expect(ivy.locator("#history")).to_contain_text("My shift ends.")


def test_an_agent_corrects_what_triage_says_from_the_keyboard_and_on_the_phone(
    place: Installation, open_page: OpenPage
) -> None:
    post_id = place.customer_posts("My bill is wrong again, I was charged twice. Please fix my bill.")
    case = place.case_of(post_id)
    desk = open_page(place.people.bo)
    desk.goto(f"/cases/{case.id}")
    desk.keyboard.press("m")
    expect(desk.locator("#wrong")).to_have_attribute("open", "")
    expect(desk.locator("#wrong-mood-first")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Noted: it sounds")).to_be_visible()
    expect(desk.get_by_text("Bo Li says it sounds").first).to_be_visible()
    desk.get_by_role("button", name="Undo").first.click()
    expect(desk.get_by_text("Taken back. The case")).to_be_visible()
    desk.keyboard.press("t")
    desk.keyboard.press("w")
    expect(desk.get_by_role("button", name="Waiting time")).to_be_focused()
    desk.keyboard.press("x")  # slips while a topic is looked for close nothing and choose no store
    desk.keyboard.press("0")
    desk.keyboard.press("Escape")
    expect(desk.locator("#wrong > summary")).to_be_focused()
    expect(desk.locator("#wrong")).not_to_have_attribute("open", "")
    desk.keyboard.press("t")
    desk.keyboard.press("p")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Noted: price and promotion")).to_be_visible()
    desk.keyboard.press("u")
    expect(desk.get_by_text("Taken back. The case")).to_be_visible()
    assert place.case_of(post_id).topic == case.topic

    phone = open_page(place.people.bo, on_phone=True)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(f"/cases/{case.id}")
    phone.get_by_text("Correct what triage says", exact=True).click()
    assert fits(phone)
    phone.get_by_role("button", name="Tier 3").click()
    expect(phone.get_by_text("Noted: tier 3.")).to_be_visible()
    assert place.case_of(post_id).tier == 3
