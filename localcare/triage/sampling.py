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


def _anywhere(pattern: str, *sources: str) -> Callable[[SourceText], bool]:
    words = re.compile(pattern, re.IGNORECASE)
    return lambda t: t.ref.source in (sources or (*_ALL, "airlines", "titles")) and bool(words.search(t.text))


_BRANDS = ("support", "complaints")
_STORES = ("reviews",)
_ALL = ("support", "complaints", "reviews")

_BREAKS = re.compile(
    r"broke|dead|fault|repair|replac|warrant|batter|charg|screen|refurb|stopped|died|crack|not working|recall|dealer|service",
    re.I,
)
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
    Stratum(
        "more of access",
        35,
        _anywhere(
            r"wheel ?chair|disab|handicap|\bdeaf\b|\bblind\b|special needs|sign language|accessib|old people|elderly|closed caption"
            r"|after surgery|broken (leg|foot)|\bseniors\b|old(er)? (lady|man|americans)|pregnant",
        ),
    ),
    Stratum(
        "more of devices",
        70,
        _anywhere(
            r"upgrad\w+ (my|to|phone|elig)|trade.?in|warranty|refurb|repair|replacement|won'?t (charge|turn on)|stopped working|broke\b"
            r"|service cent|new phone|cracked|headphones|ear ?(buds|phones)|charger|early termination|unlock(ed|ing)? (my|phone|the)",
            "support",
            "complaints",
            "titles",
        ),
    ),
    Stratum(
        "more of accounts",
        60,
        _anywhere(
            r"password|\blog ?in|locked (out|my)|hacked|cancel (my|the|service|sub)|verif(y|ic)|deactivat|username|two.?step"
            r"|close (my|an) account|identity|my account|port(ing)? (my|number|out)|disconnect",
            "support",
            "complaints",
            "titles",
        ),
    ),
    Stratum(
        "more of questions",
        70,
        _anywhere(
            r"\bjobs?\b|hiring|career|contact (you|someone|number|me)|phone number|who (do|can|should) i|speak (to|with) (someone|a)"
            r"|dm (me|you)|follow (me|back)|donat|sponsor|polic(y|ies)\b|are (dogs|kids)|can someone|email address|do you guys",
            "support",
            "complaints",
        ),
    ),
    Stratum(
        "more of hours",
        40,
        _anywhere(
            r"what time|when (do|does|will) .{0,30}(open|close)|nearest|closed (at|early|on|when)|not (open|24)|lobby|dining room"
            r"|drive.?thru (is|was) closed|christmas (day|eve)|holiday hours",
            "support",
            "complaints",
            "reviews",
        ),
    ),
    Stratum(
        "more risk: people",
        60,
        _anywhere(
            r"racis|discriminat|prejudice|harass|threaten|\bgun\b|knife|police|food poison|hospital|vomit|burn(t|ed) (my|me|her|his)"
            r"|got sick|made me sick|glass in|plastic in|\bworms?\b|mold|assault|curs(ed|ing) (at|me)|called me a|sexual|suicid",
        ),
    ),
    Stratum(
        "more risk: law and things",
        40,
        _anywhere(
            r"lawyer|attorney|\bsue\b|\bsuing|law ?suit|\bbbb\b|ombudsman|trading standards|health (department|inspector)|legal action"
            r"|report(ed|ing)? (you|this|them|u) to|small claims|channel \d+ news|boycott|stole\b|stolen|scammed|short.?chang|robbed",
        ),
    ),
    Stratum(
        "more praise that names",
        45,
        _anywhere(
            r"shout ?out|kudos|(her|his) name|name is|named|deserves? a (raise|promotion)|(manager|cashier|gentleman|lady|girl|guy)"
            r" (is|was) (so|very|super|really|extremely|amazing|awesome|great|excellent)|thank(s| you),? [A-Z][a-z]+[ .!]",
            "support",
            "complaints",
            "reviews",
        ),
    ),
    Stratum(
        "short pleas and contacts",
        60,
        _anywhere(
            r"^(?=.{0,110}$).*(need (some )?help|question|please (follow|contact|call|reply|respond|dm)|pls (help|dm|follow|call)|complain to"
            r"|apply|recruit|vacanc|internship|volunteer|number to call|any update|hello\?|still waiting for (a|your) (reply|response))",
            "support",
            "complaints",
        ),
    ),
    Stratum(
        "makers of devices",
        50,
        lambda t: (
            t.ref.source == "complaints"
            and t.trade in {"electronics", "cars", "other"}
            and _BREAKS.search(t.text) is not None
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
