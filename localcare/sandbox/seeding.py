"""Pages for a stand-in without a directory: an invented wireless brand in real American cities."""

from localcare.sandbox.objects import PageSeed, Place
from localcare.sandbox.world import World

BRAND_NAME = "Bluebird Wireless"
_CITIES = (
    ("New York", "NY", "10001", 40.7506, -73.9972),
    ("Los Angeles", "CA", "90012", 34.0614, -118.2385),
    ("Chicago", "IL", "60601", 41.8858, -87.6181),
    ("Houston", "TX", "77002", 29.7594, -95.3594),
    ("Phoenix", "AZ", "85004", 33.4557, -112.0686),
    ("Philadelphia", "PA", "19103", 39.9513, -75.1741),
    ("San Antonio", "TX", "78205", 29.4237, -98.4925),
    ("San Diego", "CA", "92101", 32.7185, -117.1593),
    ("Dallas", "TX", "75201", 32.7904, -96.8044),
    ("Jacksonville", "FL", "32202", 30.3299, -81.6517),
    ("Columbus", "OH", "43215", 39.9671, -83.0044),
    ("Charlotte", "NC", "28202", 35.2286, -80.8427),
    ("Indianapolis", "IN", "46204", 39.7717, -86.1554),
    ("Seattle", "WA", "98101", 47.6114, -122.3305),
    ("Denver", "CO", "80202", 39.7491, -104.9946),
    ("Boston", "MA", "02108", 42.3576, -71.0684),
    ("Nashville", "TN", "37203", 36.1504, -86.7916),
    ("Portland", "OR", "97204", 45.5184, -122.6739),
    ("Atlanta", "GA", "30303", 33.7525, -84.3888),
    ("Miami", "FL", "33131", 25.7634, -80.1891),
)
_FIRST_ACCOUNT = 17_841_400_000_000_000
_STORES_ON_INSTAGRAM = 5
_STREETS = ("Main St", "Market St", "Oak Ave", "Elm St", "Lake Blvd", "Church St", "Park Ave")


def invented_brand() -> PageSeed:
    """The brand's own Page; the same id every time."""
    return PageSeed(BRAND_NAME, id="108000000000000", overall_star_rating=3.8, rating_count=5400)


def invented_stores(count: int) -> list[PageSeed]:
    """Store Pages numbered from 1, round and round the cities; the same ids every time."""
    return [_store(number) for number in range(1, count + 1)]


def open_accounts(world: World) -> None:
    """Accounts on Instagram for the brand and its first stores, the others have none; the same ids every time."""
    brand = world.get_page(world.brand_id)
    for number, page in enumerate([brand, *world.store_pages()[:_STORES_ON_INSTAGRAM]]):
        city = page.location.city if page.location else None
        name = "bluebird.wireless" + (f".{city.lower().replace(' ', '')}" if city else "")
        account = world.add_instagram(name, str(_FIRST_ACCOUNT + number), page_id=page.id)
        world.post(account.id, "New phones are here. Which one is yours?")


def _store(number: int) -> PageSeed:
    city, state, zip_code, latitude, longitude = _CITIES[(number - 1) % len(_CITIES)]
    street = f"{100 + number} {_STREETS[number % len(_STREETS)]}"
    shift = (number // len(_CITIES)) * 0.003
    return PageSeed(
        name=f"{BRAND_NAME} ({street}, {city})",
        id=str(108_000_000_000_000 + number),
        store_number=number,
        store_code=f"{number:05}",
        location=Place(street, city, state, zip_code, "United States", latitude + shift, longitude - shift),
        phone="+1 555-0100",
        hours={"mon_1_open": "09:00", "mon_1_close": "19:00"},
        overall_star_rating=3.0 + number % 20 / 10,
        rating_count=number % 60,
    )
