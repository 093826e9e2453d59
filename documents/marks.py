"""Marks that stand for values while Markdown is parsed, and what may be printed of a value. No markup is understood here."""

import re
import unicodedata

OPEN, CLOSE = "\ue000", "\ue001"
MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
REFERENCE = re.compile(f"{OPEN}#([\\w-]+){CLOSE}")
# Characters that would break XML, fake an order of reading (bidi overrides) or imitate our marks.
_UNSAFE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\ue000-\ue002\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\ufeff\u2028\u2029]"
)
_SPACES = "\t\r\n\v\f"


class TemplateFault(ValueError):
    """The template or its data is wrong; the message names the place. Nothing was issued."""


def clean(value: object) -> str:
    """Text as a person typed it, less what cannot be printed. White space of any kind becomes one plain space."""
    text = _UNSAFE.sub("", str(value))
    text = "".join(" " if c in _SPACES else c for c in text if c in _SPACES or unicodedata.category(c) != "Cc")
    return re.sub(" {2,}", " ", text)
