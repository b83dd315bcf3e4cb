"""What mentions are about: one line of real speech per row, with rules alone and with the model."""

import pytest

from localcare.triage.core import Item, Triager

TOPICS = {
    "staff-service": [
        "The manager was so rude to my mother at the counter.",
        "Two employees looked at their phones and nobody helped us for ten minutes",
        "They added a line I never asked for, very pushy salesman",
        "Worst customer service I have ever had in my life",
        "la empleada fue muy grosera conmigo",
        "pésima atención, nadie nos atendió en veinte visitas",
    ],
    "waiting": [
        "Waited over an hour to pick a phone plan, only one person working",
        "The line was out the door and they are understaffed again",
        "llevo dos horas esperando en la fila y hay una sola persona",
        "so slow, 45 minutes and nobody called my name",
    ],
    "product-stock": [
        "Do you guys have screen protectors in stock?",
        "They were sold out of chargers again",
        "¿Tienen fundas disponibles o están agotadas?",
    ],
    "price-promotion": [
        "The promo code for Black Friday is not being honored",
        "Why is the price in store higher than the advertised price?",
        "¿La promoción de dos por uno sigue? no respetan el precio",
    ],
    "order-pickup": [
        "My order never arrived and the tracking number shows nothing",
        "I ordered online for in store pickup and they gave me the wrong item",
        "mi pedido no ha llegado y ya pasaron cinco días",
    ],
    "upgrade-device": [
        "Am I eligible for an upgrade? I want to trade in my old one",
        "They refuse the warranty on my cracked screen",
        "¿puedo cambiar de equipo si tengo la pantalla rota? la garantía no la aceptan",
    ],
    "billing": [
        "I was charged twice on my bill this month",
        "Autopay took money from my card and I want a refund",
        "me cobraron de más en mi factura",
        "Why is there a late fee, I paid my bill on time",
    ],
    "account-access": [
        "I'm locked out and cannot log in, the verification code never comes",
        "How do I port my number and get the transfer PIN?",
        "no puedo entrar en mi cuenta, olvidé mi contraseña",
    ],
    "network-outage": [
        "No signal since yesterday in the whole neighborhood",
        "dropped calls every day, is the network down in Austin?",
        "Internet has been out for 3 days",
        "se cae la llamada a cada rato, muy mala señal",
        "sin internet desde ayer en toda la colonia",
    ],
    "technical-support": [
        "voicemail isn't working after the software update",
        "My eSIM won't activate, keeps saying error code 12",
        "The app keeps crashing",
        "el módem no prende y la aplicación da error",
    ],
    "store-condition": [
        "The restroom was filthy and it smells",
        "There is a huge pothole in your parking lot and I blew a tire",
        "el baño estaba sucio y olía mal",
    ],
    "hours-location": [
        "What time do you close on Sunday?",
        "Google says open but the doors were locked at noon",
        "¿A qué hora abren mañana?",
        "¿Dónde queda la tienda más cercana?",
    ],
    "accessibility": [
        "There is no ramp for my wheelchair at this store",
        "The automatic door is broken, I use a mobility scooter and could not get in",
        "no hay rampa para sillas de ruedas",
    ],
}
ROWS = [(topic, text) for topic, texts in TOPICS.items() for text in texts]


@pytest.mark.parametrize(("topic", "text"), ROWS)
def test_a_problem_or_question_gets_its_topic_and_an_answer(triager: Triager, topic: str, text: str) -> None:
    verdict = triager.judge_many([Item("1", text)])[0]
    assert (verdict.topic, verdict.actionable) == (topic, True), verdict


@pytest.mark.parametrize(("topic", "text"), ROWS)
def test_rules_alone_find_the_same_topic(rules_only: Triager, topic: str, text: str) -> None:
    verdict = rules_only.judge_many([Item("1", text)])[0]
    assert verdict.topic == topic, verdict


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much, all good now!",
        "Ana was amazing, she set up my new phone and had so much patience",
        "shout out to Mike and Sarah at the Elm St store",
        "Great store, friendly staff, love this place",
        "Love it here",
        "Gracias a Luis por su ayuda, excelente servicio",
        "Excelente atención, muy amables",
        "happy birthday!",
        "❤️❤️❤️",
        "👍",
        "best store in town, always clean and quick",
        "just got my new phone, so excited 😍",
    ],
)
def test_praise_and_talk_need_no_answer(triager: Triager, text: str) -> None:
    verdict = triager.judge_many([Item("1", text, page_kind="store")])[0]
    assert not verdict.actionable, verdict
    assert verdict.urgency == "low"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ana was amazing, she set up my new phone", ("Ana",)),
        ("shout out to Mike and Sarah at the Elm St store", ("Mike", "Sarah")),
        ("Gracias a Luis por su ayuda, excelente servicio", ("Luis",)),
        ("the young man at the counter was so helpful", ()),
        ("The cashier was very sweet to my grandma", ()),
        ("la vendedora fue muy amable y nos ayudó", ()),
    ],
)
def test_praise_of_an_associate_is_a_shout_out(triager: Triager, text: str, names: tuple[str, ...]) -> None:
    verdict = triager.judge_many([Item("1", text)])[0]
    assert (verdict.shout_out_present, verdict.shout_out_names) == (True, names), verdict


@pytest.mark.parametrize(
    "text",
    [
        "The manager was not helpful at all",
        "no thanks to Mike who ignored me",
        "Employees are rude",
        "great deal on phones",
        "thanks for nothing, Sarah",
        "My phone is amazing",
    ],
)
def test_other_words_are_no_shout_out(triager: Triager, text: str) -> None:
    assert not triager.judge_many([Item("1", text)])[0].shout_out_present


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("What time do you close?", 1),
        ("I was charged twice on my bill", 2),
        ("I'm switching to another carrier, lost a customer", 2),
        ("third time I come in and it is still not fixed, escalate this", 3),
        ("My attorney will contact you", 3),
        ("perdieron un cliente, me voy a cambiar de compañía", 2),
    ],
)
def test_harder_matters_get_higher_tiers(triager: Triager, text: str, tier: int) -> None:
    assert triager.judge_many([Item("1", text)])[0].tier == tier


@pytest.mark.parametrize(
    ("text", "page_kind", "matter"),
    [
        ("The restroom was filthy", "brand", "store"),
        ("No signal since yesterday", "store", "network"),
        ("I was charged twice on my bill", "store", "billing"),
        ("cannot log in, locked out of my account", "store", "account"),
        ("Do you have chargers in stock?", "store", "store"),
        ("Do you have chargers in stock?", "brand", "product"),
        ("are you hiring? how can I apply for a job?", "store", "store"),
        ("are you hiring? how can I apply for a job?", "brand", "other"),
    ],
)
def test_whose_matter_it_is_may_depend_on_the_page(triager: Triager, text: str, page_kind: str, matter: str) -> None:
    assert triager.judge_many([Item("1", text, page_kind=page_kind)])[0].matter == matter  # type: ignore[arg-type]
