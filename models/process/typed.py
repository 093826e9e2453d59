"""A number as a person types it: usual digits, a comma or a point, blanks between thousands. Every typed number goes
through here; it never rounds, never guesses, never raises. Pure."""

import re
from decimal import Decimal

_PLAIN = re.compile(r"-?(?=\.?[0-9])[0-9]{0,12}(?:\.[0-9]{0,18})?")
_BLANKS = re.compile("[ \t\u00a0\u202f]")


def number(typed: object, places: int = 18) -> Decimal | None:
    """'9 192,19' → 9192.19, '-0' → 0; nothing for what has more than twelve digits before the comma or `places` after it
    (at most eighteen), for powers of ten, digits of other alphabets, infinity and all that is no number."""
    plain = _BLANKS.sub("", str(typed)).replace(",", ".")
    if _PLAIN.fullmatch(plain) is None:
        return None
    if len(plain.partition(".")[2].rstrip("0")) > places:
        return None
    return Decimal(plain) + 0


def whole(typed: object) -> int | None:
    """'120' → 120; nothing for what is no whole number."""
    found = number(typed, 0)
    return None if found is None else int(found)
