"""The small words around a place's name that tell what is meant: our shop, a landmark, somebody's home."""

SHOP_WORDS = frozenset(
    [
        "store", "stores", "location", "locations", "branch", "shop", "restaurant", "mall", "center", "centre", "outlet",
        "plaza", "tienda", "sucursal", "local", "one", "site", "dealership", "office", "kiosk",
    ]
)  # fmt: skip
LOCATIVES = frozenset(["in", "at", "around", "en", "inside", "downtown", "of", "over", "located", "serving"])
NEARBY = frozenset(
    [
        "near", "nearby", "by", "outside", "next", "beside", "behind", "across", "opposite", "past", "between", "close",
        "cerca", "junto", "frente", "lado", "detras", "adjacent", "along", "toward", "towards",
    ]
)  # fmt: skip
HOME_WORDS = frozenset(
    [
        "live", "living", "lived", "lives", "reside", "born", "raised", "based", "moved", "moving", "vivo", "vivimos",
        "visiting", "family", "home", "grew",
    ]
)  # fmt: skip
FROM_WORDS = frozenset(["from", "desde"])
ON_WORDS = frozenset(["on", "off", "sobre", "corner", "esquina"])
PLACE_TAILS = frozenset(
    [
        "beach", "heights", "hills", "park", "springs", "city", "lake", "valley", "island", "county", "river", "village",
        "township", "airport", "bay", "creek", "falls", "grove", "pier", "high", "university", "college", "hospital",
        "penn", "international", "bridge", "ave", "blvd",
    ]
)  # fmt: skip
ARTICLES = frozenset(["the", "at", "en", "la", "el", "del", "al", "your", "this", "our", "in"])
EVERYDAY_BRANDS = frozenset(["target", "visible", "subway", "sonic", "sprint", "chase", "spectrum"])
EVERYDAY_TOWNS = frozenset(
    [
        "reading", "mobile", "orange", "normal", "hope", "many", "price", "commerce", "enterprise", "pleasant", "star",
        "friendship", "security", "liberty", "independence", "union", "center", "superior", "temple", "garden", "bath",
        "best", "early", "rush", "plain", "eden", "gas", "ideal", "paradise", "post", "story", "surprise", "why", "west",
        "opportunity", "energy", "trade", "success", "diamond", "clean", "blue", "cool", "day", "progress", "sandwich",
        "coffee", "cookie", "florida", "texas", "california", "nevada", "indiana", "oregon", "kansas", "missouri",
        "delaware", "wyoming", "ohio", "manager", "media", "page", "call", "short", "line", "front", "back", "home",
        "brazil", "mexico", "cuba", "peru", "lebanon", "china", "jordan", "poland", "norway", "sweden", "denmark", "italy",
        "spain", "germany", "france", "canada", "america", "england", "ireland", "holland", "egypt", "chile", "advance",
        "king", "bear", "old town", "great", "earth", "world", "universe", "summer", "winter", "town", "street", "bend",
    ]
)  # fmt: skip
TRADE_WORDS = frozenset(
    [
        "the", "of", "and", "wireless", "mobile", "communications", "telecom", "stores", "store", "company", "co", "inc",
        "llc", "corp", "corporation", "group", "restaurants", "usa", "us",
    ]
)  # fmt: skip
PLAIN_NAMES = frozenset(
    [
        "downtown", "main street", "main st", "main", "mall", "airport", "center", "north", "south", "east", "west",
        "broadway", "university", "the mall", "central", "online", "corporate", "headquarters", "retail", "flagship",
    ]
)  # fmt: skip
TOWN_NICKNAMES = {
    "nyc": "new york", "new york city": "new york", "manhattan": "new york", "vegas": "las vegas", "philly": "philadelphia",
    "slc": "salt lake city", "nola": "new orleans", "chi town": "chicago", "htx": "houston", "atx": "austin",
    "washington dc": "washington", "indy": "indianapolis", "san fran": "san francisco", "ft lauderdale": "fort lauderdale",
}  # fmt: skip
NOT_STORE_NUMBERS = frozenset(
    [
        "order", "ticket", "case", "table", "register", "lane", "window", "pump", "combo", "meal", "reference", "ref",
        "confirmation", "account", "acct", "invoice", "receipt", "claim", "tracking", "serial", "model", "part", "item",
        "apt", "suite", "ste", "unit", "room", "route", "rt", "rte", "hwy", "highway", "exit", "page", "po", "box", "check",
        "pedido", "orden", "cuenta", "factura", "rank", "ranked", "transaction", "customer", "member", "employee",
    ]
)  # fmt: skip
BEFORE_NUMBERS = frozenset(
    [
        "",
        "the",
        "your",
        "this",
        "that",
        "at",
        "to",
        "from",
        "in",
        "is",
        "was",
        "and",
        "of",
        "for",
        "my",
        "our",
        "with",
        "by",
    ]
)
UNITS = frozenset(
    [
        "times", "time", "minutes", "minute", "mins", "min", "hours", "hour", "hrs", "days", "day", "weeks", "week",
        "months", "month", "years", "year", "stars", "star", "people", "am", "pm", "miles", "mile", "percent", "dollars",
        "bucks", "employees", "different", "more", "ago", "other", "others", "lines", "phones", "veces", "minutos",
        "horas", "dias", "semanas", "anos", "estrellas", "personas", "of", "out", "or", "star", "cars", "customers",
    ]
)  # fmt: skip
