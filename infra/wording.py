"""Screen texts in the reader's language: gettext with English source text. Never used for legal papers and letters.

`_()` translates now, `N_()` only marks. Catalogues are locale/ru/*.po, one per area, read once; a missing translation
shows the English text.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from types import MappingProxyType

from babel.messages.pofile import read_po

from models.process.words import N_

__all__ = ["LANGUAGES", "N_", "_", "catalogue", "language", "speaking", "use"]

LANGUAGES = ("ru", "en")
FOLDER = Path(__file__).parents[1] / "locale"
_language: ContextVar[str] = ContextVar("language", default="ru")


def language() -> str:
    """Of the reader: ru or en."""
    return _language.get()


def use(name: str) -> None:
    """From here on, in this thread or task. An unknown language is Russian."""
    _language.set(name if name in LANGUAGES else "ru")


@contextmanager
def speaking(name: str) -> Iterator[None]:
    token = _language.set(name)
    try:
        yield
    finally:
        _language.reset(token)


@cache
def catalogue(name: str) -> Mapping[str, str]:
    """English text -> translation, over all areas of one language. An earlier area (by file name) wins."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / name).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if isinstance(message.id, str) and message.id and message.string and not message.fuzzy:
                    found.setdefault(message.id, str(message.string))
    return MappingProxyType(found)


def _(text: str) -> str:
    """The text in the reader's language; English where nobody has translated it."""
    name = _language.get()
    return text if name == "en" else catalogue(name).get(text, text)
