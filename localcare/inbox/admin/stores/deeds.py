"""The changes of a store that a person can make: each is one verb of `stores.editing` with its form."""

from dataclasses import replace

from localcare.errors import InvalidError
from localcare.inbox.admin.stores import store_repository as repository
from localcare.inbox.admin.stores.acts import Act, Doing
from localcare.inbox.admin.stores.forms import (
    AliasForm,
    ChangeForm,
    ClosureForm,
    EditForm,
    LinkForm,
    MergerForm,
    OpeningForm,
    PlaceForm,
    RenumberingForm,
    RetirementForm,
)
from localcare.stores import editing
from localcare.stores.editing import NewAlias, PageRef, StoreAddress, StoreFacts
from localcare.stores.models import DirectoryChange


def _region(doing: Doing, slug: str) -> int:
    found = repository.find_region_id(doing.session, doing.brand_id, slug)
    if found is None:
        raise InvalidError("Choose a region of the list.")
    return found


def _open(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, OpeningForm)  # noqa: S101
    facts = StoreFacts(
        number=form.number.removeprefix("#"), name=form.name, region_id=_region(doing, form.region),
        street=form.street, city=form.city, state=form.state, zip=form.zip, country=form.country.upper(),
        latitude=form.latitude, longitude=form.longitude, timezone=form.timezone, phone=form.phone, hours=form.hours,
        opened_on=form.opened_on,
    )  # fmt: skip
    return editing.open_store(doing.session, doing.brand_id, facts, **doing.stamp)


def _edit(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, EditForm)  # noqa: S101
    facts = replace(
        editing.facts_of(doing.session, doing.brand_id, doing.target.id),
        name=form.name, region_id=_region(doing, form.region), phone=form.phone, hours=form.hours,
        timezone=form.timezone, store_code=form.store_code, opened_on=form.opened_on, nicknames=form.nicknames,
    )  # fmt: skip
    return editing.edit_store(doing.session, doing.brand_id, doing.target.id, facts, **doing.stamp)


def _move(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, PlaceForm)  # noqa: S101
    address = StoreAddress(
        street=form.street, city=form.city, state=form.state, zip=form.zip, country=form.country.upper(),
        latitude=form.latitude, longitude=form.longitude, timezone=form.timezone, phone=form.phone,
    )  # fmt: skip
    return editing.move_store(doing.session, doing.brand_id, doing.target.id, address, **doing.stamp)


def _close(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, ClosureForm)  # noqa: S101
    return editing.close_store(doing.session, doing.brand_id, doing.target.id, form.heir, **doing.stamp)


def _reopen(doing: Doing, _: ChangeForm) -> DirectoryChange:
    return editing.reopen_store(doing.session, doing.brand_id, doing.target.id, **doing.stamp)


def _renumber(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, RenumberingForm)  # noqa: S101
    number = form.number.removeprefix("#")
    return editing.renumber_store(doing.session, doing.brand_id, doing.target.id, number, **doing.stamp)


def _merge(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, MergerForm)  # noqa: S101
    into = editing.find_store(doing.session, doing.brand_id, form.into.removeprefix("#"))
    return editing.merge_stores(doing.session, doing.brand_id, doing.target.id, into, **doing.stamp)


def _link(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, LinkForm)  # noqa: S101
    page = PageRef(form.page_id, form.name or doing.target.name, form.channel)
    return editing.link_page(doing.session, doing.brand_id, page, doing.target.id, kind=form.kind, **doing.stamp)


def _unlink(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, LinkForm)  # noqa: S101
    return editing.unlink_page(doing.session, doing.brand_id, form.page_id, channel=form.channel, **doing.stamp)


def _add_name(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, AliasForm)  # noqa: S101
    alias = NewAlias(form.kind, form.words, form.city)
    return editing.add_alias(doing.session, doing.brand_id, doing.target.id, alias, **doing.stamp)


def _retire_name(doing: Doing, form: ChangeForm) -> DirectoryChange:
    assert isinstance(form, RetirementForm)  # noqa: S101
    return editing.retire_alias(
        doing.session, doing.brand_id, form.alias_id, was_wrong=form.was_wrong == "yes", **doing.stamp
    )


OPENING = Act(
    "open", "Open a store", "A store that the directory does not have yet.", "Add the store", OpeningForm, _open
)
ACTS: dict[str, Act] = {
    act.slug: act
    for act in (
        Act("edit", "Edit", "What it is called, how it is reached, when it is open.", "Change it", EditForm, _edit),
        Act("move", "Move", "Another address from a day on; older mentions keep the old one.", "Move it", PlaceForm, _move),
        Act("close", "Close", "From a day on, with the store that takes over.", "Close it", ClosureForm, _close, is_grave=True),
        Act("reopen", "Open again", "It takes mentions again from a day on.", "Open it again", ChangeForm, _reopen),
        Act("renumber", "Renumber", "Another number; the old one still finds it in older mentions.", "Change the number",
            RenumberingForm, _renumber),
        Act("merge", "Merge", "When two entries are one store: this one gives all it has to the other.", "Merge them",
            MergerForm, _merge, is_grave=True),
        Act("link", "Link a Page", "The store’s own Page, a duplicate, or one that somebody else runs.", "Link it",
            LinkForm, _link),
        Act("unlink", "End the link of a Page", "What it is linked to ends on a day.", "End the link", LinkForm, _unlink),
        Act("name", "Add a name", "What else customers call it, so that they are understood.", "Add it", AliasForm, _add_name),
        Act("retire", "Retire a name", "It counts no longer.", "Retire it", RetirementForm, _retire_name),
    )
}  # fmt: skip
