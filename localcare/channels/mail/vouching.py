"""Whether a mail is from whom it says: what our own mail server found, and nothing that came with the mail.

Source: RFC 8601. A server writes Authentication-Results on top and strips those that bear its own name from what arrives, so
only the topmost header under the name that is set is believed.
"""

import re
from collections.abc import Iterable

from localcare.channels.mail.letter import Letter

_COMMENT = re.compile(r"\([^()]*\)")
_WORD = re.compile(r'([a-z0-9.-]+)\s*=\s*("[^"]*"|[^\s;]+)', re.IGNORECASE)
_PROOFS = {"dkim": ("header.d", "header.i"), "dmarc": ("header.from",), "spf": ("smtp.mailfrom",)}


def why_forged(letter: Letter, *, senders: Iterable[str], relay: str | None) -> str:
    """Why a mail is not believed, in a sentence; empty when our own server vouches for one of these sender domains."""
    known = [domain.lower() for domain in senders]
    if not letter.sender:
        return "It names no sender, or several."
    if not any(_belongs(letter.domain, domain) for domain in known):
        return f"{letter.domain} is not among the senders in the templates."
    if not relay:
        return "Nobody vouches for the sender: set LOCALCARE_MAIL_RELAY to the name your mail server signs its checks with."
    vouched = vouched_domains(letter.results, relay)
    if vouched is None:
        return f"The mail did not come through {relay}: it wrote no Authentication-Results."
    if not any(_belongs(domain, _family(letter.domain, known)) for domain in vouched):
        return f"The sender is forged: {relay} found neither DKIM nor SPF nor DMARC to hold for {letter.domain}."
    return ""


def vouched_domains(results: Iterable[str], relay: str) -> set[str] | None:
    """The domains for which a check passed, as the topmost header of this server says; None when it wrote none."""
    for header in results:
        parts = _COMMENT.sub(" ", _COMMENT.sub(" ", header)).split(";")
        if parts[0].split()[:1] and parts[0].split()[0].lower() == relay.lower():
            return {domain for part in parts[1:] for domain in _passed(part)}
    return None


def _passed(part: str) -> list[str]:
    words = [(name.lower(), value.strip('"').lower()) for name, value in _WORD.findall(part)]
    if not words or words[0][1] != "pass" or words[0][0] not in _PROOFS:
        return []
    wanted = _PROOFS[words[0][0]]
    return [value.rpartition("@")[2] for name, value in words[1:] if name in wanted]


def _belongs(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")


def _family(domain: str, known: list[str]) -> str:
    return next(each for each in known if _belongs(domain, each))
