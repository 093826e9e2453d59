"""Reads a machine-readable power of attorney (МЧД): XML in, plain facts out. No entities, no DTD, no network; believes nothing.

Names follow the unified format (EMCHD): numbers stand as attributes or as elements, in any namespace. The published schema is not
shipped, so what cannot be found where it should stand refuses the file instead of being guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from models.process.words import N_
from signatures.verdict import Unusable

LARGEST = 2 << 20
NOT_READ = N_("The power of attorney cannot be read")
_INN, _INN_LEGAL, _SNILS = ("ИННФЛ", "ИНН"), ("ИННЮЛ", "ИНН", "ИННФЛ"), ("СНИЛС",)


@dataclass(frozen=True)
class Representative:
    """Who may act; numbers are digits only."""

    name: str
    inn: str
    snils: str


@dataclass(frozen=True)
class PowerOfAttorney:
    """`powers` are pairs of code and text; `parent` is the number of the power this one was passed on from."""

    number: str
    version: str
    principal: str
    principal_inn: str
    principal_ogrn: str
    principal_kpp: str
    representatives: tuple[Representative, ...]
    powers: tuple[tuple[str, str], ...]
    issued: date
    until: date
    parent: str


def read(xml: bytes) -> PowerOfAttorney:
    """Raises Unusable."""
    root = _parsed(xml)
    principals, people = _all(root, "СвДоверит", "Доверит"), _all(root, "СвУпПред", "УпПред")
    if len(principals) != 1 or not people:
        raise Unusable(NOT_READ)
    about = principals[0]
    return PowerOfAttorney(
        number=_value(root, ("НомДовер",)).lower(),
        version=root.get("ВерсФорм", ""),
        principal=_value(about, ("НаимОрг", "НаимИП"), needed=False),
        principal_inn=_digits(_value(_own(about), _INN_LEGAL)),
        principal_ogrn=_digits(_value(_own(about), ("ОГРН", "ОГРНИП"), needed=False)),
        principal_kpp=_digits(_value(_own(about), ("КПП",), needed=False)),
        representatives=tuple(_person(each) for each in people),
        powers=tuple(_powers(root)),
        issued=_day(_value(root, ("ДатаВыдДовер",))),
        until=_day(_value(root, ("СрокДейст", "ДатаКонДовер"))),
        parent=_value(root, ("НомДоверПерв", "НомДоверОсн"), needed=False).lower(),
    )


def _parsed(xml: bytes) -> Any:
    if len(xml) > LARGEST:
        raise Unusable(NOT_READ)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unusable(NOT_READ) from error
    if root.getroottree().docinfo.doctype:
        raise Unusable(NOT_READ)
    return root


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(root: Any, *names: str) -> list[Any]:
    """Elements by the first of the names that occurs; nested ones of another name are not counted twice."""
    for name in names:
        if found := [e for e in root.iter() if _local(e) == name]:
            return found
    return []


def _own(principal: Any) -> Any:
    """The organisation itself, not the head who acts for it and has numbers of his own."""
    found = _all(principal, "СвРосОрг", "СвИП", "РосОргДовер", "ИПДовер")
    if len(found) > 1:
        raise Unusable(NOT_READ)
    return found[0] if found else principal


def _values(element: Any, names: tuple[str, ...]) -> Iterator[str]:
    for each in element.iter():
        for name in names:
            if (value := each.get(name)) is not None:
                yield value.strip()
        if _local(each) in names and (each.text or "").strip():
            yield each.text.strip()


def _value(element: Any, names: tuple[str, ...], *, needed: bool = True) -> str:
    """The value of the first name that occurs; two different values of one name refuse the file."""
    for name in names:
        found = set(_values(element, (name,)))
        if len(found) > 1:
            raise Unusable(NOT_READ)
        if found:
            return found.pop()
    if needed:
        raise Unusable(NOT_READ)
    return ""


def _person(element: Any) -> Representative:
    parts = [_value(element, (name,), needed=False) for name in ("Фамилия", "Имя", "Отчество")]
    inn, snils = _value(element, _INN, needed=False), _value(element, _SNILS, needed=False)
    return Representative(" ".join(filter(None, parts)), _digits(inn), _digits(snils))


def _powers(root: Any) -> Iterator[tuple[str, str]]:
    for each in _all(root, "СвПолн"):
        codes = sorted(set(_values(each, ("КодПолн", "МашПолн"))))
        texts = list(_values(each, ("НаимПолн", "ТекстПолн", "СодПолн")))
        text = "; ".join(texts)
        yield from ((code, text) for code in codes)
        if not codes and text:
            yield "", text


def _digits(value: str) -> str:
    return "".join(c for c in value if c in "0123456789")


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Unusable(NOT_READ) from None
