"""Which column of a file means what: people name the same thing in many ways."""

import re
from collections.abc import Mapping, Sequence

# The first name of each list wins where a file has several: "state_abbr" before "state" before "state_name".
ALIASES: dict[str, tuple[str, ...]] = {
    "number": ("storenumber", "storeid", "storeno", "storenum", "storecode", "number", "locationid", "locationnumber",
               "branchid", "branchnumber", "siteid", "sitenumber", "unitnumber", "store"),
    "name": ("name", "storename", "branch", "branchname", "locationname", "displayname", "title"),
    "street": ("street", "streetaddress", "address", "address1", "addressline1", "addressline", "addr", "line1"),
    "city": ("city", "town", "locality", "municipality"),
    "state": ("stateabbr", "statecode", "state", "statename", "province", "region_code", "administrativearea"),
    "zip": ("zip", "zipcode", "postalcode", "postal", "postcode", "zip5", "plz"),
    "country": ("country", "countrycode", "countryname"),
    "lat": ("latitude", "lat", "geolat", "y"),
    "lng": ("longitude", "lng", "lon", "long", "geolng", "x"),
    "timezone": ("timezone", "tz", "timezoneid", "olsontimezone"),
    "phone": ("phone", "telephone", "phonenumber", "tel", "storephone"),
    "email": ("storeemail", "email", "emailaddress"),
    "page_id": ("pageid", "facebookpageid", "facebookid", "fbpageid"),
    "page_name": ("pagename", "facebookpagename"),
    "region_path": ("regionpath", "hierarchy"),
    "region": ("region", "regionname", "area", "market"),
    "district": ("district", "districtname", "territory"),
    "manager_email": ("manageremail", "managermail"),
    "manager_name": ("managername", "manager", "storemanager"),
    "opened_on": ("openedon", "opendate", "openingdate", "opened"),
    "closed_on": ("closedon", "closedate", "closingdate", "closed"),
    "successor_number": ("successorstorenumber", "successor", "replacedby"),
    "nicknames": ("nicknames", "nickname", "aliases", "alias", "aka"),
    "hours": ("hours", "openinghours"),
    "brand": ("brand", "brandname", "banner"),
    "url": ("url", "website", "storeurl", "link", "storedetails"),
}  # fmt: skip
PAGE_ALIASES: dict[str, tuple[str, ...]] = {
    "page_id": (*ALIASES["page_id"], "id"),
    "name": (*ALIASES["page_name"], "name"),
    "number": ALIASES["number"],
    "channel": ("channel", "network"),
    "kind": ("kind", "pagekind", "type"),
    "region": ("region", "regionslug"),
}
HEADINGS = {
    "number": "store_number",
    "lat": "latitude",
    "lng": "longitude",
    "successor_number": "successor_store_number",
}
"""How a report calls a field, where that differs: the names of docs/examples/stores.csv."""


def repeated_columns(header: Sequence[str], aliases: Mapping[str, tuple[str, ...]] = ALIASES) -> dict[str, list[int]]:
    """The known headings that stand more than once in a header, each with its places (1 is the first column)."""
    known = {name for names in aliases.values() for name in names}
    places: dict[str, list[int]] = {}
    for position, heading in enumerate(header, start=1):
        if _plain(heading) in known:
            places.setdefault(_plain(heading), []).append(position)
    return {header[each[0] - 1]: each for each in places.values() if len(each) > 1}


def match_columns(header: Sequence[str], aliases: Mapping[str, tuple[str, ...]] = ALIASES) -> dict[str, int]:
    """The position of each known field in a header, spelled in any case with any separators."""
    at: dict[str, int] = {}
    for position, heading in enumerate(header):
        at.setdefault(_plain(heading), position)
    found: dict[str, int] = {}
    for field, names in aliases.items():
        present = [at[name] for name in names if name in at]
        if present:
            found[field] = present[0]
    return found


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.lower())
