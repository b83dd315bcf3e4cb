"""What can hurt a person or the brand is found, and figures of speech are not mistaken for it."""

import pytest

from localcare.triage.core import Item, Triager

RISKS = {
    "safety": [
        "my phone battery caught fire in my pocket",
        "the charger was smoking and sparks came out of the outlet",
        "A man pulled a knife in your parking lot",
        "I could not call 911 because your network was down",
        "el cargador explotó y salió humo",
        "un hombre con pistola entró a la tienda",
        "there are exposed wires hanging from the ceiling",
    ],
    "injury": [
        "I slipped and fell in your store, wet floor no sign",
        "My son got hurt on the display and ended up in the hospital",
        "we all got food poisoning",
        "the battery burned my hand",
        "me resbalé en la entrada y me lastimé la rodilla",
        "la comida me enfermó, terminé en el hospital",
    ],
    "discrimination": [
        "they followed me around the store because I am black",
        "your manager is racist",
        "told my mom to speak english in america, they said speak english",
        "refused to serve me because of my disability",
        "me trataron mal por ser latina",
        "esto es discriminación",
    ],
    "harassment": [
        "your employee keeps hitting on me and texted me after I left",
        "the guard grabbed my arm and shoved me",
        "he went through my photos while fixing the phone",
        "el empleado me acosó y pidió mi número",
    ],
    "legal": [
        "My lawyer will be in touch",
        "see you in small claims court",
        "I am filing a complaint with the FCC and the BBB",
        "los voy a demandar, ya hablé con mi abogado",
        "going to sue you people",
    ],
    "press": [
        "I'm a reporter with the local news, who can comment?",
        "contacting Channel 5 about this",
        "I will go to the press with this story",
        "voy a llamar a la prensa y a los noticieros",
    ],
    "self-harm": [
        "I can't do this anymore, I want to die",
        "this bill makes me want to kill myself",
        "ya no quiero vivir",
    ],
    "theft": [
        "someone stole my phone inside your store",
        "your technician stole from my bag",
        "me robaron el celular en la tienda",
        "store got robbed last night while we were there",
    ],
    "fraud": [
        "somebody opened an account in my name",
        "I got scammed by a fake page using your logo",
        "SIM swap, my account was hacked",
        "me hackearon la cuenta, no autoricé nada",
    ],
    "privacy": [
        "your rep gave my number to a stranger and leaked my address",
        "I can see another customer's information in the app: someone else's account",
        "my social is 219-09-9999 please fix my account",
        "dieron mi información personal a otra persona",
    ],
    "viral": [
        "boycott this company, everyone share",
        "I have video of it all and I'm going to post this on TikTok, it will go viral",
        "compartan, que se haga viral",
        "they lost my dog at the groomers and lied about it. please share",
        "THEY STOLE FROM MY MOTHER. PLEASE SHARE",
    ],
}
ROWS = [(risk, text) for risk, texts in RISKS.items() for text in texts]


@pytest.mark.parametrize(("risk", "text"), ROWS)
def test_a_risk_goes_to_tier_three_at_once(rules_only: Triager, risk: str, text: str) -> None:
    verdict = rules_only.judge_many([Item("1", text)])[0]
    assert risk in verdict.risks, verdict
    assert (verdict.actionable, verdict.tier, verdict.abstained) == (True, 3, False)
    assert verdict.urgency in {"high", "critical"}


@pytest.mark.parametrize(
    "text",
    [
        "this price is criminal",
        "killer deal, you guys killed it",
        "fire deal on the new phone 🔥",
        "the deals are on fire",
        "smoking hot deal",
        "highway robbery, $80 for a case?",
        "these fries should be illegal they are so good",
        "you stole my heart with this color",
        "my phone is blowing up with notifications",
        "I'm dying for the new color",
        "I would kill for one of those",
        "that ad was the bomb",
        "this wait is murder",
        "would it kill you to answer the phone",
        "the new app is sick",
        "suicide squad is on tonight",
        "good news, it works again",
        "I read the newspaper while waiting",
        "the food court is closed",
        "my data got throttled to death",
        "hospital employee discount?",
        "the store next to the hospital has no parking",
        "I get no service at the hospital parking lot",
        "burned through my data in a week",
        "you broke my heart, no more blue cases",
        "do you sell privacy screen protectors?",
        "they called me a week later",
        "share this post to win a phone",
        "el precio es un robo",
        "buenas noticias, ya funciona",
        "me muero de risa",
        "perfect service, they were armed with patience",
        "the staff shot me a quick text",
        "identity theft protection plan price?",
        "thank you Sue for your help",
        "your fraud department was helpful",
        "por todos los medios posibles intenté llamar",
        "hay mucha demanda de ese modelo",
        "I love the new phone, it's insane",
        "we feel safe at this store",
        "LOST DOG near Main St, brown lab mix, answers to Biscuit. Please share!",
        "found cat by your entrance, pls share",
        "perro perdido cerca de la tienda, por favor compartan",
        "bake sale on Saturday, everyone share!",
    ],
)
def test_a_figure_of_speech_is_no_risk(rules_only: Triager, text: str) -> None:
    assert rules_only.judge_many([Item("1", text)])[0].risks == ()


def test_a_figure_of_speech_does_not_hide_a_real_risk(rules_only: Triager) -> None:
    verdict = rules_only.judge_many([Item("1", "This price is criminal and my lawyer will call you")])[0]
    assert verdict.risks == ("legal",)


def test_personal_data_in_a_private_message_is_not_in_public(rules_only: Triager) -> None:
    text = "my social is 219-09-9999"
    public, private = rules_only.judge_many([Item("1", text, kind="comment"), Item("2", text, kind="message")])
    assert "privacy" in public.risks
    assert "privacy" not in private.risks
    assert all("219" not in reason.detail for reason in public.reasons)
