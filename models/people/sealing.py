"""Columns that are sealed on their way into the database and opened on their way out: СНИЛС wherever it stands, a login
that is one. The keys are brought by whoever opens the database; what was written before stays readable as it is.

Never keeps a key, never writes a sealed word into a log."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Dialect, LargeBinary, String, TypeDecorator, literal
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import operators
from sqlmodel import Field

from models.process.errors import FeederError

MARK = "sealed:"
STAMPED = "stamp:"
_SNILS = 11  # digits; phones and accounts of eleven digits are sealed beside it, which harms nobody
FIELDS = frozenset({"snils", "login"})  # of a JSON column, at any depth


class Words(Protocol):
    """What seals: see signatures.secrets."""

    def seal(self, word: str) -> str: ...

    def forms(self, word: str) -> list[str]: ...

    def open(self, sealed: str) -> str: ...

    def stamp(self, word: str) -> str: ...


class LostKey(FeederError):
    """A word does not open: its key is not among ours, or somebody has changed it."""

    template = "These data are sealed with a key that is not here: the administrator has to put the earlier key back"


_provider: Callable[[], Words] | None = None


def provide(words: Callable[[], Words]) -> None:
    """Said once by whoever knows the keys; asked at every use, because keys change."""
    global _provider
    _provider = words


def _words() -> Words:
    if _provider is None:
        raise RuntimeError("nobody has said how words are sealed")
    return _provider()


def seal(word: str) -> str:
    """An empty word and one that is sealed already stay as they are."""
    return word if not word or word.startswith(MARK) else MARK + _words().seal(word)


def opened(word: str) -> str:
    """What was never sealed is given as it is. Raises LostKey."""
    if not word.startswith(MARK):
        return word
    try:
        return _words().open(word.removeprefix(MARK))
    except ValueError as error:
        raise LostKey from error


def seal_bytes(data: bytes) -> bytes:
    """Of a certificate: its owner's number stands inside. What is sealed already stays as it is."""
    return data if data.startswith(MARK.encode()) else seal(b64encode(data).decode()).encode()


def opened_bytes(data: bytes) -> bytes:
    """What was never sealed is given as it is. Raises LostKey."""
    return b64decode(opened(data.decode())) if data.startswith(MARK.encode()) else data


def stamp(word: str) -> str:
    return word if word.startswith(STAMPED) else STAMPED + _words().stamp(word)


def is_number(word: str) -> bool:
    """Whether a login may be somebody's СНИЛС."""
    return len(word) == _SNILS and word.isdecimal()


def every(value: Any, change: Callable[[str], str], names: Collection[str] = FIELDS) -> Any:
    """A JSON value with `change` done to the texts under these names, at any depth; the rest is the same."""
    if isinstance(value, dict):
        found = value.items()
        return {k: change(v) if k in names and isinstance(v, str) else every(v, change, names) for k, v in found}
    return [every(v, change, names) for v in value] if isinstance(value, list) else value


def forms(word: str) -> list[str]:
    """Every form under which a word may stand: sealed under each key, and as it was before it was sealed."""
    return [word, *(MARK + form for form in _words().forms(word))] if word else [word]


class _Searched(TypeDecorator.Comparator[str], String.Comparator[str]):
    """Equality looks for every form of a word."""

    def operate(self, op: Any, *other: Any, **more: Any) -> ColumnElement[Any]:
        if op is operators.eq and isinstance(other[0], str):
            op, other = operators.in_op, ([other[0]],)
        if op is operators.in_op and isinstance(other[0], (list, tuple, set, frozenset)):
            other = ([literal(form, String()) for word in other[0] for form in forms(word)],)
        return super().operate(op, *other, **more)


class SealedText(TypeDecorator[str]):
    """A text that is sealed whole and found by equality alone."""

    impl = String
    cache_ok = True
    comparator_factory = _Searched

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else opened(value)


class SealedLogin(SealedText):
    """A login: sealed when it may be a number of СНИЛС, plain otherwise."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return seal(value) if value is not None and is_number(value) else value


class StampedText(TypeDecorator[str]):
    """A text that is only compared, never read back: keys of counted tries."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value


class SealedBytes(TypeDecorator[bytes]):
    """Bytes that are sealed whole and never searched."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return value if value is None else seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return value if value is None else opened_bytes(bytes(value))


class SealedJson(TypeDecorator[Any]):
    """A JSON object of which some texts are sealed by their name."""

    impl = JSONB
    cache_ok = True

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self.impl_instance.coerce_compared_value(op, value)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return every(value, seal)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return every(value, opened)


def document() -> Any:
    """jsonb object whose СНИЛС are sealed"""
    return Field(default_factory=dict, sa_type=SealedJson)


def array() -> Any:
    """jsonb array whose СНИЛС are sealed"""
    return Field(default_factory=list, sa_type=SealedJson)
