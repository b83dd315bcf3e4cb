"""Words of the same use, so that one seen in training speaks for those that were not."""

from collections.abc import Mapping

_KINDS = {
    "OPENING": """open opens opening opened build building builds built construction constructing expand expanding expansion
        franchise franchising lease site lot land permit permits zoning groundbreaking develop development developer plans
        planned planning proposed propose proposal approve approved coming bring bringing put putting move moving abrir abran
        abren abrieran poner pongan apertura construir inauguran""",
    "WISHING": """wish wishing hope hoping dream dreaming pray praying beg begging petition vote want wants need needs deserve
        deserves imagine love consider considering considered reconsider ojala quisiera gustaria falta suggestion suggest""",
    "MODAL": """would could should might if were ever someday maybe will wont wouldnt couldnt shouldnt id youd wed perhaps
        hypothetically si seria podrian deberian""",
    "RUMOUR": "rumor rumors rumour heard hear hearing says announced confirm true news article read paper told dicen cierto",
    "NONE": """no none nothing any anything anywhere nowhere nearest closest far miles without not dont doesnt isnt arent
        havent never nobody single algun alguna ningun ninguna nada hay""",
    "BE": "is are was were isnt arent wasnt be been being esta es son fue era estaba",
    "PAST": """went was were had got took gave waited waiting told said asked left came drove bought paid tried ordered stopped
        walked visited saw lost found forgot refused charged refunded sat stood ate picked dropped called closed locked messed
        ran made helped ignored yelled laughed overcharged received used fui fuimos espere estuve compre pague pedi llame
        trataron atendieron cobraron dieron cerraron gritaron""",
    "WE": "i im ive my me we us our ours weve were id ill yo mi mis nos nosotros",
    "YOU": "you your yours yall youre youve guys ustedes su sus tu",
    "STAFF": """manager managers management staff crew cashier cashiers clerk teller tellers banker rep reps associate
        associates employee employees worker workers genius specialist tech guy guys lady girl team gerente empleado empleados
        cajera cajero encargado kid boy people person supervisor server barista owner""",
    "FAULT": """rude dirty filthy slow cold wrong worst terrible horrible awful nasty gross disgusting broken mess missing bad
        late long lazy stale empty unprofessional ridiculous trash joke smells smelled nightmare ignored sucio mal mala pesimo
        pesima asco groseros grosero fria tarde lento""",
    "PRAISE": """great best nice friendly kind clean awesome amazing wonderful excellent helpful fast quick sweet perfect
        spotless thank thanks kudos shoutout excelente amable gracias bueno buena rapido""",
    "INSIDE": """bathroom bathrooms restroom lobby drive thru line table tables floor floors counter register registers parking
        door doors window sign lights bano banos trash soap napkins aisle shelf desk speaker tip menu seat""",
    "REMOTE": """website site app online web email mail emailed mailed shipping shipped ship ships delivery deliver delivered
        delivers tracking package ups fedex usps driver doordash ubereats uber grubhub chat support bot account password login
        log phone call called number care hotline billing bill address warehouse headquarters corporate paquete envio envios
        internet linea pedido repartidor aplicacion truck trucks ad ads commercial billboard coverage signal network outage""",
    "PICKUP": "pickup picked pick curbside inside lobby recoger recogi appointment return returned",
    "COMPARE": """better worse than cheaper faster nicer instead prefer prefers switch switched switching rather compared
        compare vs versus beats wins over loyal mejor prefiero barato cambie""",
    "MANY": """all every each both either neither most some stores locations branches restaurants shops ones several many other
        others two three four between todas todos ninguna ambas tanto tiendas sucursales""",
    "SHOP": "store location branch shop restaurant outlet tienda sucursal local one kiosk place spot",
    "HOME": """live lives living lived born raised moved moving from resident originally grew house home family hometown
        greetings hello vivo vivimos soy saludos church school job jobs hiring hire work works worked""",
    "WHEN": "when cuando soon next year years month months date future eventually already yet finally ya",
    "NEW": "new upcoming grand nuevo nueva",
    "GONE": "closed close closing shut used back old miss remember gone former antes extrano torn",
    "ASK": """who what where when why how which does do did is are can could anyone anybody somebody someone quien donde cual
        cuando hay alguien""",
    "TIME": """today yesterday tonight morning afternoon evening monday tuesday wednesday thursday friday saturday sunday
        minutes minute hour hours min lunch dinner breakfast noon midnight ayer hoy noche manana minutos hora horas weekend
        week again always otra siempre nunca""",
}  # fmt: skip


def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind, words in _KINDS.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), kind)
    return found


USES = _by_word()
"""The uses of a word, in capitals."""
