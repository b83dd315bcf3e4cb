"""What a store puts into the slots of a text; a slot whose fact the directory does not know stays away."""

import random
import re
import string
from collections.abc import Mapping

from localcare.bench.quality.streets import Street, base_of, words_of
from localcare.bench.quality.truth import Known, is_hosted
from localcare.stores.core.resolve import StoreEntry
from localcare.stores.core.states import STATE_NAMES

_CODED = "mcdonalds"  # its names are abbreviations of the trade, which no customer says
_MALL = re.compile(
    r"\b(mall|galleria|plaza|center|centre|square|village|commons|crossing|fair|outlets|marketplace|shopping|promenade|mills)\b",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(r"^[A-Za-z][A-Za-z .'’-]+$")
_CORNER = re.compile(r"^(?P<one>[A-Z0-9 .-]{3,}?)(?:\s*&\s*|\s+AT\s+|\s*@\s*|\s+AND\s+)(?P<other>[A-Z0-9 .-]{3,})$")
_NAME_LIMIT = 16  # where the McDonald's file cuts its names
_TOWN_NAMES = {
    ("philadelphia", "PA"): "Philly",
    ("san francisco", "CA"): "SF",
    ("los angeles", "CA"): "LA",
    ("new orleans", "LA"): "NOLA",
    ("las vegas", "NV"): "Vegas",
    ("salt lake city", "UT"): "SLC",
    ("atlanta", "GA"): "ATL",
    ("indianapolis", "IN"): "Indy",
    ("jacksonville", "FL"): "Jax",
    ("oklahoma city", "OK"): "OKC",
    ("san antonio", "TX"): "San Antone",
    ("chicago", "IL"): "Chi-town",
    ("minneapolis", "MN"): "Mpls",
    ("kansas city", "MO"): "KCMO",
    ("fort worth", "TX"): "Ft Worth",
    ("saint louis", "MO"): "St. Louis",
    ("fort lauderdale", "FL"): "Ft. Lauderdale",
    ("washington", "DC"): "DC",
    ("cincinnati", "OH"): "Cincy",
    ("albuquerque", "NM"): "ABQ",
}


def words_of_store(known: Known, store: int, shop: str, rng: random.Random) -> dict[str, str]:
    """The slots this store can fill, each with the customer's words for it."""
    entry, street = known.entries[store], known.streets[store]
    found: dict[str, str | None] = {
        "number": entry.number if shop != "bank_of_america" else None,
        "city": entry.city,
        "st": entry.state,
        "state": STATE_NAMES.get(entry.state or ""),
        "zip": (entry.zip or "")[:5],
        "citytag": _tag(entry.city or ""),
        "typo": _misspell(entry.city or "", known, rng),
        "townname": _TOWN_NAMES.get(((entry.city or "").lower(), entry.state or "")),
        "host": "the Walmart" if shop == _CODED and is_hosted(entry) else None,
        **_of_street(street),
        "theiraddress": _next_door(street, rng),
        **_of_phone(entry.phone),
        **_of_name(entry, street, shop),
    }
    return {slot: words for slot, words in found.items() if words}


def _of_street(street: Street | None) -> Mapping[str, str | None]:
    if street is None or len(street.said) > 32 or not street.said.replace(" ", "").isalnum():
        return {}
    said = _titled(street.said)
    return {
        "street": said,
        "streettag": _tag(said),
        "road": _titled(street.base) if not street.base.isdigit() else said,
        "house": street.house,
        "address": f"{street.house} {said}",
    }


def _next_door(street: Street | None, rng: random.Random) -> str | None:
    """A house further down the road, where somebody else is."""
    said = _of_street(street).get("street")
    if street is None or not said or not street.house.isdigit():
        return None
    return f"{int(street.house) + 2 * rng.randrange(20, 300)} {said}"


def _of_phone(phone: str | None) -> Mapping[str, str]:
    digits = re.sub(r"\D", "", phone or "")[-10:]
    if len(digits) != 10:
        return {}
    area, office, line = digits[:3], digits[3:6], digits[6:]
    return {
        "phone_dots": f"{area}.{office}.{line}",
        "phone_dashes": f"{area}-{office}-{line}",
        "phone_paren": f"({area}) {office}-{line}",
        "phone_plain": digits,
    }


def _of_name(entry: StoreEntry, street: Street | None, shop: str) -> Mapping[str, str | None]:
    if shop == _CODED:
        return {"cross": _cross(entry.name or "", street)}
    name = _own_name(entry, shop)
    if not _PLAIN_NAME.match(name) or words_of(name) == words_of(entry.city):
        return {"nickname": _nickname(entry), "cross": None}
    mall_like = shop == "apple" or bool(_MALL.search(name))
    in_street = street is not None and set(words_of(name)) <= set(words_of(street.said))
    return {
        "name": name,
        "mall": name if mall_like else None,
        "area": name if not mall_like and not in_street and shop in ("bank_of_america", "home_depot") else None,
        "nickname": _nickname(entry),
    }


def _nickname(entry: StoreEntry) -> str | None:
    """The first nickname without the words around it: "the Fritz Farm store" → "Fritz Farm"."""
    return re.sub(r"^the | store$", "", entry.nicknames[0]) if entry.nicknames else None


def _own_name(entry: StoreEntry, shop: str) -> str:
    name = entry.name or ""
    if shop == "autozone":
        return ""
    return name.removeprefix("Pellora ").strip()


def _cross(name: str, street: Street | None) -> str | None:
    """The other road of a store named by its corner, when the name is whole and one of the two is its own street."""
    corner = _CORNER.match(name) if len(name) < _NAME_LIMIT else None
    if corner is None or street is None:
        return None
    own = [side for side in ("one", "other") if base_of(corner[side]) == street.base]
    if len(own) != 1:
        return None
    return _titled(corner["other" if own[0] == "one" else "one"].strip())


def _titled(words: str) -> str:
    return " ".join(word if word[:1].isdigit() else string.capwords(word) for word in words.split())


def _tag(words: str) -> str:
    return "".join(re.findall(r"[A-Za-z0-9]+", string.capwords(words)))


def _misspell(city: str, known: Known, rng: random.Random) -> str | None:
    """One slip of the finger or the ear, which is no other town of the directory; None for a short name."""
    if len(city) < 6 or not city.replace(" ", "").isalpha():
        return None
    at = rng.randrange(1, len(city) - 2)
    slips = (
        city[:at] + city[at + 1] + city[at] + city[at + 2 :],
        city[:at] + city[at + 1 :],
        city[:at] + city[at] + city[at:],
        city[:at] + {"a": "e", "e": "a", "i": "e", "o": "u", "u": "o"}.get(city[at], city[at]) + city[at + 1 :],
    )
    slip = rng.choice(slips)
    is_other = slip == city or "  " in slip or slip.lower() in known.by_city
    return None if is_other else slip
