"""Meta's webhook payloads as changes of mentions: pure, tolerant, and silent about nothing.

`parse_delivery` answers every change of a delivery with one of three outcomes. Sources: Meta's webhook reference for
Pages, Messenger and Instagram, and the payloads recorded by restfb (tests/channels/facebook/recorded).
"""

from localcare.channels.facebook.core.delivery import parse_delivery
from localcare.channels.facebook.core.outcome import NoInterest, Parsed, SetAside

__all__ = ["NoInterest", "Parsed", "SetAside", "parse_delivery"]
