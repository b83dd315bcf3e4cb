"""The page on which a review that was read on the network is typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from localcare.inbox.repository.stores import StoreCard
from localcare.inbox.service.typed_review import ReviewDraft
from localcare.intake.typing_in import TypedBefore
from localcare.people.core import Viewer
from localcare.web.pages import Page
from localcare.web.parts import Link, Option

OPINIONS = (
    Option("yes", "Recommends"),
    Option("no", "Doesn’t recommend"),
    *(Option(str(stars), f"{stars} star{'s' if stars > 1 else ''}") for stars in range(5, 0, -1)),
)


@dataclass(frozen=True, kw_only=True)
class AddReviewPage(Page):
    """`inbox/add_review.html`: one review, and what this person typed in before. `stores` is empty when they are many."""

    draft: ReviewDraft
    errors: Mapping[str, str]
    stores: tuple[Option, ...]
    may_be_brand: bool
    latest: str
    typed: Sequence[TypedBefore]
    reviews_url: str
    opinions: tuple[Option, ...] = OPINIONS


def add_review_page(
    viewer: Viewer,
    draft: ReviewDraft,
    stores: Sequence[StoreCard],
    typed: Sequence[TypedBefore],
    *,
    latest: str,
    here: StoreCard | None = None,
    errors: Mapping[str, str] | None = None,
) -> AddReviewPage:
    """The form as it stands; `here` is the store that it is about, as far as that is known."""
    page_id = here.page_id if here and here.page_id and here.page_id.isdigit() else None
    return AddReviewPage(
        title="Add a review",
        viewer=viewer,
        crumbs=(Link(here.name, f"/stores/{here.number}"),) if here else (Link("Cases", "/cases"),),
        draft=draft,
        errors=errors or {},
        stores=tuple(Option(store.number, f"{store.name}, #{store.number}") for store in stores),
        may_be_brand=viewer.may_answer(None),
        latest=latest,
        typed=typed,
        reviews_url=f"https://www.facebook.com/{page_id}/reviews" if page_id else "",
    )
