"""Draws the rows that people label: random strata, from which prevalence can be told, and enriched ones for rare topics.

The words below choose what is *read*; no label comes from them. Drawing is by hash of seed, stratum and row: the same for ever.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from localcare.triage.core.words import fold
from localcare.triage.labelled import SourceText

SEED = "localcare labels 1"
_TELECOM = {
    "comcast",
    "xfinity",
    "tmobile",
    "verizon",
    "sprint",
    "centurylink",
    "spectrum",
    "cox",
    "boost",
    "uscellular",
    "idea",
    "glo",
    "airtel",
    "asurion",
    "ee",
    "o2",
    "three",
    "vodafone",
    "virginmedia",
    "safaricom",
    "bt",
    "directv",
    "115714",
    "115911",
    "115913",
    "115722",
}
_RETAIL = {
    "amazon",
    "chipotle",
    "tesco",
    "ebay",
    "marksandspencer",
    "walmart",
    "argos",
    "sainsburys",
    "papajohns",
    "target",
    "morrisons",
    "postmates",
    "newegg",
    "doordash",
    "panera",
    "mcdonalds",
    "nike",
    "bestbuy",
    "kimpton",
    "boots",
    "115821",
    "115940",
}
_SPANISH = re.compile(
    r"\b(que|qué|con|para|por|una|los|las|hola|pero|está|estoy|tengo|hace|cuando|muy|tardes|dias|qu|dos|del)\b", re.I
)
_ENGLISH = re.compile(r"\b(the|and|you|is|my|to|of|for|it|was|a)\b", re.I)


@dataclass(frozen=True, slots=True)
class Stratum:
    """A named pool of texts and how many of it are drawn; `is_random` when it is a fair sample of its whole source."""

    name: str
    take: int
    holds: Callable[[SourceText], bool]
    is_random: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A row to label, and the stratum it was drawn for."""

    text: SourceText
    stratum: str


@dataclass(frozen=True, slots=True)
class Draw:
    """All rows in the order to read them, and the size of each stratum's pool."""

    rows: tuple[Drawn, ...]
    pools: Mapping[str, int]


def draw(texts: Iterable[SourceText], strata: Iterable[Stratum]) -> Draw:
    """Strata are filled in order; a text (or another of the same words) is drawn once only."""
    distinct: dict[str, SourceText] = {}
    for text in texts:
        distinct.setdefault(fold(text.text), text)
    taken: set[str] = set()
    rows: list[Drawn] = []
    pools: dict[str, int] = {}
    for stratum in strata:
        pool = {words: text for words, text in distinct.items() if stratum.holds(text)}
        pools[stratum.name] = len(pool)
        left = sorted((w for w in pool if w not in taken), key=lambda w: _lot(stratum.name, pool[w]))[: stratum.take]
        taken.update(left)
        rows += [Drawn(pool[words], stratum.name) for words in left]
    return Draw(tuple(sorted(rows, key=lambda row: _lot("order", row.text))), pools)


def _lot(purpose: str, text: SourceText) -> str:
    return hashlib.sha256(f"{SEED}|{purpose}|{text.ref.source}|{text.ref.row}".encode()).hexdigest()


def _opening_of(*brands: set[str]) -> Callable[[SourceText], bool]:
    wanted = set().union(*brands)
    return lambda t: t.ref.source == "support" and t.opens and t.unit.removeprefix("brand ") in wanted


def _other_opening(t: SourceText) -> bool:
    return t.ref.source == "support" and t.opens and t.unit.removeprefix("brand ") not in _TELECOM | _RETAIL


def _from(source: str) -> Callable[[SourceText], bool]:
    return lambda t: t.ref.source == source


def _complaint(*, is_random: bool) -> Callable[[SourceText], bool]:
    return lambda t: t.ref.source == "complaints" and t.trade.startswith("random") is is_random


def _in_spanish(t: SourceText) -> bool:
    spanish = len(_SPANISH.findall(t.text))
    return (
        t.ref.source in {"support", "airlines", "reviews"} and spanish > 1 and spanish > len(_ENGLISH.findall(t.text))
    )


def _mentions(pattern: str, *sources: str) -> Callable[[SourceText], bool]:
    words = re.compile(pattern, re.IGNORECASE)
    return lambda t: t.ref.source in sources and (t.opens or t.ref.source != "support") and bool(words.search(t.text))


_BRANDS = ("support", "complaints")
_STORES = ("reviews",)
_ALL = ("support", "complaints", "reviews")

STRATA = (
    Stratum("support telecom", 200, _opening_of(_TELECOM), is_random=True),
    Stratum("support retail", 170, _opening_of(_RETAIL), is_random=True),
    Stratum("support others", 100, _other_opening, is_random=True),
    Stratum("store reviews", 260, _from("reviews"), is_random=True),
    Stratum("tweets to brands", 150, _complaint(is_random=False), is_random=True),
    Stratum("tweets to nobody", 40, _complaint(is_random=True), is_random=True),
    Stratum("complaint titles", 60, _from("titles"), is_random=True),
    Stratum("spanish tweets", 50, _from("spanish"), is_random=True),
    Stratum("spanish support", 40, _in_spanish),
    Stratum(
        "spanish trade",
        110,
        _mentions(
            r"movistar|vodafone|\borange|telef[oó]n|internet|wifi|tienda|pedido|factura|cliente|servicio|m[oó]vil|iphone|samsung"
            r"|cobertura|\bbanco|compr|amazon|\bcola\b|supermercado|mercadona|zara|ikea|renfe|metro\b|\bbus\b|oferta|precio"
            r"|restaurante|env[ií]o|paquete|correos|tarifa|tigo|entel|garant[ií]a|netflix|spotify|uber|horario|abiert[oa]s?\b"
            r"|cerrad[oa]|windows|\bmd\b|por favor|alguien sabe|se puede|cu[aá]nto|d[oó]nde|funciona|descarg|vuelo|hotel",
            "spanish",
        ),
    ),
    Stratum(
        "words of access",
        90,
        _mentions(
            r"wheel ?chair|disab|handicap|\bdeaf\b|\bblind\b|hearing|accessib|\bramps?\b|crutches|\belderly\b|mobility"
            r"|screen reader|voiceover|subtitle|captions?\b|autis|service (dog|animal)|impair|\bcane\b|stroller|walker\b",
            *_ALL,
            "airlines",
        ),
    ),
    Stratum(
        "words of hours",
        80,
        _mentions(
            r"24 ?hours?|24/7|\bclosed?\b|\bhours of|opening (times|hours)"
            r"|open (at|till|until|late|on|today|now)|nearest|what time"
            r"|lobby (is|was)|where is your|store locat|near me|store hours|still open|location of",
            *_ALL,
        ),
    ),
    Stratum(
        "words of condition",
        40,
        _mentions(
            r"dirty|filthy|restrooms?|bathrooms?|smell|trash|sticky|flies\b|roach|parking lot|homeless|renovat|remodel|\bclean",
            *_STORES,
        ),
    ),
    Stratum(
        "words of price",
        70,
        _mentions(
            r"coupon|\bdeals?\b|discount|promo|pric(e|ing)|expensive|over ?priced|\bsale\b|voucher|black friday|for free|\bcheap",
            *_ALL,
        ),
    ),
    Stratum(
        "words of devices",
        80,
        _mentions(
            r"upgrad|trade.?in|pre.?order|warranty|insurance|repair|replacement|cracked|\bnew phone|iphone ?(x|8)|note ?8|pixel"
            r"|early termination|unlock|my (old )?phone",
            *_BRANDS,
        ),
    ),
    Stratum(
        "words of access to accounts",
        60,
        _mentions(
            r"password|log(ging|ged)? ?in|locked out|my account|\bpin\b|hacked|cancel(l?ed|l?ing)?\b|sign ?in|port(ing)? |verif",
            *_BRANDS,
        ),
    ),
    Stratum(
        "words of networks",
        70,
        _mentions(
            r"outage|no service|signal|internet|coverage|\b4g\b|\blte\b|wi-?fi|dropped|\bdown\b|network|speeds?\b|broadband",
            *_BRANDS,
        ),
    ),
    Stratum(
        "words of bills",
        60,
        _mentions(
            r"\bbill|charg(e|ed|ing)\b|refund|over ?charg|payment|\bfees?\b|paid\b|direct debit|credit", *_BRANDS
        ),
    ),
    Stratum(
        "words of technique",
        40,
        _mentions(
            r"\bapp\b|update|crash|error|not working|install|reset|\bbox\b|freez|won'?t (load|work|let)", *_BRANDS
        ),
    ),
    Stratum(
        "words of stock",
        60,
        _mentions(
            r"out of stock|in stock|sold out|ran out|run out|restock|do you (sell|have|stock|carry)|bring back|discontinu"
            r"|ice cream machine|stale|undercooked|\braw\b",
            *_ALL,
        ),
    ),
    Stratum(
        "words of waiting",
        40,
        _mentions(r"\bwait|minutes|\bline\b|on hold|\bslow\b|queue|understaffed|short staffed", *_ALL),
    ),
    Stratum(
        "asking",
        60,
        _mentions(r"^(?!.*(wrong|not work|n't work|refund|broken|late\b))(?=.*\?).{0,160}$", *_BRANDS),
    ),
    Stratum(
        "praise that may name",
        50,
        _mentions(
            r"shout ?out|(manager|cashier|employee|lady|guy|girl|worker|young man).{0,60}(great|awesome|amazing|wonderful"
            r"|friendly|helpful|sweet|nice|best|polite|excellent)"
            r"|(name (is|was)|named|thank(s| you) (to )?)\b ?[A-Z][a-z]+|employee of",
            *_ALL,
        ),
    ),
    Stratum(
        "risk: law and press",
        40,
        _mentions(
            r"lawyer|attorney|\bsu(e|ing)\b|law ?suit|\bbbb\b|ofcom|\bfcc\b|court|trading standards|ombudsman|illegal|\bosha\b"
            r"|health department|journalist|reporter|\bnews\b(?!papers? app)|boycott|go(ne|ing)? viral"
            r"|consumer (protection|affairs)",
            *_ALL,
            "titles",
        ),
    ),
    Stratum(
        "risk: people",
        60,
        _mentions(
            r"racis|discriminat|black (people|customer|woman|man)|prejudice|homophob|transphob|sexis|harass|threaten|stalk"
            r"|\bfight|\bgun\b|police|\bcops?\b|unsafe|dangerous|food poison|hospital|vomit|\bsick\b|burn(t|ed) (my|me|her|his)"
            r"|hair in|glass in|metal|allerg|suicid|kill myself|assault",
            *_ALL,
        ),
    ),
    Stratum(
        "risk: things",
        30,
        _mentions(
            r"scam|fraud|stolen|stole\b|thie(f|ves)|identity|leaked|my (ssn|social)|phish|robbed|data breach",
            *_ALL,
            "titles",
        ),
    ),
    Stratum(
        "leaving",
        30,
        _mentions(
            r"switch(ing)? to|never (again|coming back|going back)|leaving (you|for)|take my business|cancel my",
            *_BRANDS,
        ),
    ),
)


def as_csv(drawn: Draw) -> str:
    """`source,row,stratum,fingerprint`: what `labels/rows.csv` holds."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["source", "row", "stratum", "fingerprint"])
    writer.writerows([r.text.ref.source, r.text.ref.row, r.stratum, r.text.fingerprint] for r in drawn.rows)
    return out.getvalue()
