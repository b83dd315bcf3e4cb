"""The small words around a place's name that tell what is meant: our shop, a landmark, somebody's home."""

from localcare.stores.core.words import COMMON_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHOP_WORDS = _words(
    """store stores location locations branch branches shop shops restaurant restaurants outlet
    tienda tiendas sucursal local one ones site dealership office kiosk bank banco str"""
)
STAFF_WORDS = _words(
    """manager managers management staff crew cashier cashiers clerk teller tellers banker rep reps associate associates
    employee employees worker workers genius specialist tech guy guys lady girl team gerente empleado empleados cajera
    cajero encargado equipo drive thru counter desk"""
)
LOCATIVES = _words("in at around en inside downtown over located serving")
NEARBY = _words(
    """near nearby by outside next door beside behind across opposite past between close cerca junto frente lado detras
    adjacent along toward towards"""
)
INSIDE_WORDS = _words("in inside within dentro")
PARTS_OF_SHOPS = _words("counter lobby")
DISTANCES = _words("minute minutes min mins mile miles block blocks steps feet yards minuto minutos cuadra cuadras")
HOME_WORDS = _words(
    """live living lived lives reside born raised based moved moving vivo vivimos visiting family home grew ship shipped
    shipping delivery delivered sister brother cousin"""
)
FROM_WORDS = _words("from desde")
ON_WORDS = _words("on off sobre corner esquina calle")
NOT_WORDS = _words("not")
PLACE_TAILS = _words(
    """beach heights hills park springs city lake valley island county river village township airport bay creek falls grove
    pier high university college hospital penn international bridge ave blvd mall center centre plaza galleria
    commons crossing square mills marketplace promenade"""
)
ARTICLES = _words("the at en la el del al your this our in my tu su mi")
JOINING = _words("and y at cross")
EVERYDAY_BRANDS = _words("target visible subway sonic sprint chase spectrum napa citi cricket ace staples ulta metro")
SHOUTED_BRANDS = frozenset(["napa"])  # towns unless all in capitals
TWO_WORDS = _words("both neither either nor ambas ambos")
EVERYDAY_TOWNS = COMMON_WORDS | frozenset(
    [
        *_words(
            """reading mobile orange normal hope many price commerce enterprise pleasant star friendship security liberty
            independence union center superior temple garden bath best early rush plain eden gas ideal paradise post story
            surprise why west opportunity energy trade success diamond clean blue cool day progress sandwich coffee cookie
            florida texas california nevada indiana oregon kansas missouri delaware wyoming ohio manager media page call short
            line front back home brazil mexico cuba peru lebanon china jordan poland norway sweden denmark italy spain germany
            france canada america england ireland holland egypt chile advance king bear great earth world universe summer
            winter town street bend apple box joy amazing worth crew branch closed greeting salt battery bank flat"""
        ),
        "old town",
    ]
)
EVERYDAY_STREETS = (
    COMMON_WORDS
    | PLACE_TAILS
    | _words(
        """market park state center main mall plaza service first second third commerce college high church school union bridge
    mill lake hill river court grand national public industrial airport university business front back depot station
    market corporate trade store water spring pine line long north south east west broad central branch express battery
    front end side city country club food green white black brown king queen general american united memorial"""
    )
)
TRADE_WORDS = _words(
    """the of and wireless mobile communications telecom stores store company co inc llc corp corporation group restaurants usa
    us"""
)
PLAIN_NAMES = frozenset(
    [
        *_words(
            """downtown main mall airport center north south east west broadway university central online corporate
            headquarters retail flagship branch office bank store relo"""
        ),
        "main street", "main st", "the mall", "main branch", "main office", "shopping center", "bank of america",
    ]
)  # fmt: skip
TOWN_NICKNAMES = {
    "nyc": "new york", "new york city": "new york", "manhattan": "new york", "vegas": "las vegas", "philly": "philadelphia",
    "slc": "salt lake city", "nola": "new orleans", "chi town": "chicago", "chitown": "chicago", "htx": "houston",
    "atx": "austin", "dc": "washington", "indy": "indianapolis", "san fran": "san francisco",
    "sf": "san francisco", "frisco": "san francisco", "la": "los angeles", "l a": "los angeles", "atl": "atlanta",
    "jax": "jacksonville", "okc": "oklahoma city", "satx": "san antonio", "san antone": "san antonio", "mpls": "minneapolis",
    "kc": "kansas city", "kcmo": "kansas city", "stl": "saint louis", "cincy": "cincinnati", "nati": "cincinnati",
    "abq": "albuquerque", "phx": "phoenix", "pdx": "portland", "pgh": "pittsburgh", "bmore": "baltimore", "dtx": "dallas",
    "big d": "dallas", "h town": "houston", "motown": "detroit", "the d": "detroit", "beantown": "boston", "sac": "sacramento",
    "sactown": "sacramento", "san jo": "san jose", "sd": "san diego", "clt": "charlotte", "nash": "nashville",
    "cbus": "columbus", "mke": "milwaukee", "chi": "chicago",
    "co springs": "colorado springs", "the springs": "colorado springs", "corpus": "corpus christi", "ftw": "fort worth",
    "funky town": "fort worth", "b ham": "birmingham", "bham": "birmingham", "tally": "tallahassee",
}  # fmt: skip
STATE_OF_NICKNAME = {
    "nyc": "NY", "new york city": "NY", "manhattan": "NY", "vegas": "NV", "philly": "PA", "slc": "UT", "nola": "LA",
    "chi town": "IL", "chitown": "IL", "htx": "TX", "atx": "TX", "dc": "DC", "indy": "IN",
    "san fran": "CA", "sf": "CA", "la": "CA", "l a": "CA", "atl": "GA", "jax": "FL", "okc": "OK", "satx": "TX",
    "san antone": "TX", "mpls": "MN", "kc": "MO", "kcmo": "MO", "stl": "MO", "cincy": "OH", "nati": "OH", "abq": "NM",
    "phx": "AZ", "pdx": "OR", "pgh": "PA", "bmore": "MD", "dtx": "TX", "big d": "TX", "h town": "TX", "motown": "MI",
    "the d": "MI", "beantown": "MA", "sac": "CA", "sactown": "CA", "san jo": "CA", "sd": "CA", "clt": "NC", "nash": "TN",
    "cbus": "OH", "mke": "WI", "chi": "IL", "co springs": "CO", "the springs": "CO", "corpus": "TX", "ftw": "TX",
    "funky town": "TX", "bham": "AL", "b ham": "AL", "tally": "FL",
}  # fmt: skip
UPPER_NICKNAMES = frozenset(["la", "sf", "sd", "kc", "dc", "nash", "chi", "sac", "baton", "corpus", "nati", "the d"])
"""Nicknames that are also words, states or notes: they count only as written with a capital inside a sentence."""
BRAND_NICKNAMES = {
    "mcdonalds": ("mcd", "mcds", "mickey d", "mickey ds", "mcdonald"),
    "bank of america": ("bofa", "boa", "b of a"),
    "home depot": ("homedepot",),
    "the home depot": ("home depot", "homedepot"),
    "apple": ("apple store", "applestore"),
    "autozone": ("auto zone",),
}
NOT_STORE_NUMBERS = _words(
    """order ticket case table register lane window pump combo meal reference ref confirmation account acct invoice receipt
    claim tracking serial model part item apt suite ste unit room route rt rte hwy highway exit page po box check pedido orden
    cuenta factura rank ranked transaction customer member employee"""
)
BEFORE_NUMBERS = frozenset(["", *_words("the your this that at to from in is was and of for my our with by")])
UNITS = _words(
    """times time minutes minute mins min hours hour hrs days day weeks week months month years year stars star people am pm
    miles mile percent dollars bucks employees different more ago other others lines phones veces minutos horas dias semanas
    anos estrellas personas of out or cars customers"""
)
ONLINE_WORDS = _words(
    """website web app online shipped ship shipping delivery delivered ups fedex usps package chat envio warehouse billing
    checkout ad ads courier driver doordash ubereats hotline login password tracking mailed porch doorstep paquete
    repartidor"""
)
