"""Words of the same use, so that one seen in training speaks for those that were not."""

from collections.abc import Mapping

_KINDS = {
    "OPENING": """open opens opening opened build building builds built construction constructing expand expanding expansion
        franchise franchising lease site lot land permit permits zoning groundbreaking develop development developer plans
        planned planning proposed propose proposal approve approved coming bring bringing put putting move moving abrir abran
        abren abrieran poner pongan apertura construir inauguran lots parcel acre acres plot pad vacant empty zoned rezoned
        council commission hearing blueprint breaking broke broken ground framing concrete dirt crane foundation walls sign
        banner realtor realty estate developers relocate relocating launch launching debut arrive arriving arrival pop popping
        until countdown ribbon cutting construido construyen construyendo terreno lanzamiento supposed pushed delayed project""",
    "WISHING": """wish wishing hope hoping dream dreaming pray praying beg begging petition vote want wants need needs deserve
        deserves imagine love consider considering considered reconsider ojala quisiera gustaria falta suggestion suggest
        wished wishes hoped hopes hopefully dreams craving crave begged desperate desperately plea pleading lobbying votes
        voting signed sign wanting needing excited stoked pumped anticipating suggesting idea bet kill camp necesitamos hace
        quiero queremos extranamos pls cry tears thinking think chance""",
    "MODAL": """would could should might if were ever someday maybe will wont wouldnt couldnt shouldnt id youd wed perhaps
        hypothetically si seria podrian deberian""",
    "RUMOUR": """rumor rumors rumour heard hear hearing says announced confirm true news article read paper told dicen cierto
        gossip supposedly apparently allegedly announcement headline reading mayor whisper legit fake someone articles
        councilman word""",
    "NONE": """no none nothing any anything anywhere nowhere nearest closest far miles without not dont doesnt isnt arent
        havent never nobody single algun alguna ningun ninguna nada hay zero lacking lacks lack exist exists existing locator
        map closer nearer near nearby cerca cercano lejos queda sight mile find google lists enough""",
    "BE": "is are was were isnt arent wasnt be been being esta es son fue era estaba",
    "PAST": """went was were had got took gave waited waiting told said asked left came drove bought paid tried ordered
        stopped walked visited saw lost found forgot refused charged refunded sat stood ate picked dropped called closed
        locked messed ran made helped ignored yelled laughed overcharged received used fui fuimos espere estuve compre pague
        pedi llame trataron atendieron cobraron dieron cerraron gritaron parked entered handed requested demanded argued
        screamed cursed swore rolled shrugged smirked stared followed accused apologized offered explained showed taught
        repaired installed replaced diagnosed rang scanned shortchanged mixed spilled burned slipped fell tripped bumped broke
        exploded returned exchanged deposited withdrew cashed applied interviewed hired fired trained quit started turned
        changed happened sold fixed tarde atendio perdieron""",
    "WE": "i im ive my me we us our ours weve were id ill yo mi mis nos nosotros",
    "YOU": "you your yours yall youre youve guys ustedes su sus tu",
    "STAFF": """manager managers management staff crew cashier cashiers clerk teller tellers banker rep reps associate
        associates employee employees worker workers genius specialist tech guy guys lady girl team gerente empleado empleados
        cajera cajero encargado kid boy people person supervisor server barista owner receptionist host hostess waiter
        waitress greeter security guard advisor consultant cook chef janitor assistant trainee shift muchacho muchacha
        senorita joven""",
    "FAULT": """rude dirty filthy slow cold wrong worst terrible horrible awful nasty gross disgusting broken mess missing bad
        late long lazy stale empty unprofessional ridiculous trash joke smells smelled nightmare ignored sucio mal mala pesimo
        pesima asco groseros grosero fria tarde lento disgrace disappointing disappointed frustrated frustrating angry furious
        mad upset unacceptable inexcusable unbelievable appalling atrocious pathetic shameful sloppy careless incompetent
        clueless useless hopeless chaotic disorganized unorganized understaffed crowded packed noisy sticky greasy moldy raw
        burnt soggy defective faulty damaged scratched cracked leaking overpriced cheated stole liar lying attitude complaint
        complaints sick smelly stinks stink reeks roach roaches rat rats flies bugs hair mold slowest dark avoid beware loud
        pesimas grosera fatal""",
    "PRAISE": """great best nice friendly kind clean awesome amazing wonderful excellent helpful fast quick sweet perfect
        spotless thank thanks kudos shoutout excelente amable gracias bueno buena rapido impressed delicious tasty yummy fresh
        hot polite courteous professional knowledgeable attentive patient welcoming smiling smile smiles efficient speedy
        prompt flawless superb stellar phenomenal fabulous terrific outstanding exceptional incredible brilliant lovely
        pleasant pleasure delightful gem favorite favourite love loved loves recommend recommended happy satisfied pleased
        grateful appreciate appreciated bless blessed rock rocks rockstar hero angel saint lifesaver bravo cheers props well
        done raise promotion bonus deserves deserve nicest cleanest friendliest fastest glad good encanto felicidades
        recomiendo limpio ricos rico amables""",
    "INSIDE": """bathroom bathrooms restroom lobby drive thru line table tables floor floors counter register registers
        parking door doors window sign lights bano banos trash soap napkins aisle shelf desk speaker tip menu seat atm
        entrance exit ramp elevator escalator bin cart carts basket shelves rack booth booths chair chairs ceiling roof light
        ac heater music wifi playplace playland freezer fountain straws straw cups lids ketchup trays tray fryer grill kitchen
        machine lane lanes mop lunch receipt piso fila""",
    "REMOTE": """website site app online web email mail emailed mailed shipping shipped ship ships delivery deliver delivered
        delivers tracking package ups fedex usps driver doordash ubereats uber grubhub chat support bot account password login
        log phone call called number care hotline billing bill address warehouse headquarters corporate paquete envio envios
        internet linea pedido repartidor aplicacion truck trucks ad ads commercial billboard coverage signal network outage
        zip tower bars bar reception lte dead outages down agent agents operator center centre hub facility distribution
        sorting fulfillment van semi tracked transit undeliverable porch mailbox statement invoice charges fraud scam phishing
        spam robocall robocalls robot automated chatbot flyers flyer mailer mailing subscription unsubscribe subscribed gift
        code verification pin reset hacked stolen identity radio tv advertisement sponsor sponsorship donate donation
        donations charity fundraiser raffle contest giveaway influencer parade stock ceo spoke dialed hung voicemail callback
        fax letter text texts texting checkout promo calls calling sending marked installer technician senal correo llego""",
    "PICKUP": "pickup picked pick curbside inside lobby recoger recogi appointment return returned",
    "COMPARE": """better worse than cheaper faster nicer instead prefer prefers switch switched switching rather compared
        compare vs versus beats wins over loyal mejor prefiero barato cambie quicker friendlier cleaner superior inferior
        outdo blows crushes destroys competitor competitors competition alternative ditch ditched ditching dumped replace
        goodbye bye adios convert converted match matched price prices cheap cheapest deal deals bucks sells sell treats treat
        learn lesson notes least yourself""",
    "MANY": """all every each both either neither most some stores locations branches restaurants shops ones several many
        other others two three four between todas todos ninguna ambas tanto tiendas sucursales different various multiple
        numerous across throughout everywhere anywhere whichever whatever matter nor compared transferred bounced visits
        together ni cualquiera""",
    "SHOP": "store location branch shop restaurant outlet tienda sucursal local one kiosk place spot",
    "HOME": """live lives living lived born raised moved moving from resident originally grew house home family hometown
        greetings hello vivo vivimos soy saludos church school job jobs hiring hire work works worked neighbor neighbors
        neighborhood teacher nurse officer veteran retired pastor discount discounts aunt uncle cousin grandma sister brother
        mom dad parents native love represent folks""",
    "WHEN": """when cuando soon next year years month months date future eventually already yet finally ya until june july
        august september october november december january february march april may summer fall winter spring""",
    "NEW": """new upcoming grand nuevo nueva brand newest""",
    "GONE": """closed close closing shut used back old miss remember gone former antes extrano torn demolished tore burned
        bulldozed boarded abandoned vanished disappeared shuttered permanently forever rip remembered memories nostalgia
        childhood decade decades ago once left leaving lost reopen longer cerraron cerrado quitaron""",
    "ASK": """who what where when why how which does do did is are can could anyone anybody somebody someone quien donde cual
        cuando hay alguien""",
    "TIME": """today yesterday tonight morning afternoon evening monday tuesday wednesday thursday friday saturday sunday
        minutes minute hour hours min lunch dinner breakfast noon midnight ayer hoy noche manana minutos hora horas weekend
        week again always otra siempre nunca twice once ten twenty thirty forty fifty fifteen tomorrow lately early temprano
        tarde""",
    "ELSEWHERE": """joint diner cafe bakery truck garage mechanic salon barber pharmacy hospital library gym dealer union
        hotel motel clinic dentist doctor church school pub pizzeria taqueria taller farmacia restaurante mercado market stand
        vendor hall dmv courthouse ymca costco walgreens publix post""",
    "LIFE": """traffic accident crash wreck collision cops police sheriff deputy ambulance fire storm flood flooding flooded
        tornado hurricane snow snowing weather game games team teams tigers football soccer basketball baseball championship
        champions tournament graduation wedding married funeral birthday baby dog dogs cat cats pet yard sale rent rental
        apartment elections taxes road roads bridge highway detour bus train flight landed vacation trip band concert festival
        fair rodeo class college avoid""",
    "MISTAKE": """sorry oops wrong mistake meant page review perdon equivoque confused mixed thought""",
}  # fmt: skip


def _by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for kind, words in _KINDS.items():
        for word in words.split():
            found[word] = (*found.get(word, ()), kind)
    return found


USES = _by_word()
"""The uses of a word, in capitals."""
