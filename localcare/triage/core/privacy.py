"""Personal data a customer posted where everybody can read it."""

import re

_SOCIAL_SECURITY = re.compile(r"(?<!dpci )(?<!DPCI )(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_CARD = re.compile(r"(?<![\d.])(?:\d[ -]?){12,18}\d(?![\d.])")
_WORTH_A_LOOK = re.compile(r"\d{3}|\S@\S")
_PHONE = r"(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?!\d)"
_EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}"
_OWN_CONTACT = re.compile(
    r"\b(?:my|mi|call me|reach me|text me|e-?mail me|contact me|ll[aá]m[ae]nme|escr[ií]banme)\b"
    rf"(?:(?!\b(?:ticket|case|claim|tracking|reference)\b)[^.?!\n]){{0,40}}?(?:{_PHONE}|{_EMAIL})",
    re.IGNORECASE,
)
_OWN_ACCOUNT = re.compile(
    r"\b(?:my|mi)\b[^.?!\n]{0,25}?\b(?:account|acct|order|cuenta|passcode|pin|password|contrase[nñ]a)\b[^.?!\n\d]{0,15}\d{4,}",
    re.IGNORECASE,
)

_SECRET = re.compile(r"\b(?:pin|passcode|password|contrase[nñ]a|clave)\b\W{0,3}(?:is|es)?\W{0,3}\d{4,}", re.IGNORECASE)


def posted_personal_data(text: str) -> str | None:
    """What kind of personal data stands in the text, in words, or None. The data itself is never repeated."""
    if not _WORTH_A_LOOK.search(text):
        return None
    if _SOCIAL_SECURITY.search(text):
        return "what looks like a social security number"
    if any(_passes_luhn(match.group()) for match in _CARD.finditer(text)):
        return "what looks like a payment card number"
    if _OWN_ACCOUNT.search(text) or _SECRET.search(text):
        return "an account or order number"
    if _OWN_CONTACT.search(text):
        return "the customer's own phone number or e-mail address"
    return None


def _passes_luhn(number: str) -> bool:
    digits = [int(c) for c in number if c.isdigit()]
    doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and (sum(doubled) + sum(digits[-1::-2])) % 10 == 0
