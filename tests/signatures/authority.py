"""The demonstration centre in the hands of a test: people with certificates of every fate, made once a run."""

from functools import cache

from signatures import demo_centre, seal
from signatures.demo_centre import Centre, Person
from signatures.seal import Seal
from signatures.trust import Trust

INN_FIRM, OGRN_FIRM = "4712009314", "1024701649180"
FIRM = Person("ООО «Лесной двор»", "Орлов", "Пётр Ильич", "ООО «Лесной двор»", inn_legal=INN_FIRM, ogrn=OGRN_FIRM)
OTHER = Person("ООО «Чужой»", "Чужой", "Иван", "ООО «Чужой»", inn_legal="7707083893", ogrn="1027700132195")
CLERK = Person("Иванов Иван", "Иванов", "Иван", inn="500100732259", snils="12345678901")


@cache
def centre(name: str = demo_centre.NAME) -> Centre:
    return demo_centre.opened(demo_centre.found("x", name), "x")


@cache
def key_of(person: Person, fate: str = "good") -> Seal:
    """The signing program of a person. `fate`: good, revoked, expired, plain (not qualified), stranger (another centre)."""
    by = centre("Другой УЦ") if fate == "stranger" else centre()
    days = -1 if fate == "expired" else 365
    return seal.load(demo_centre.issue(by, person, "x", qualified=fate != "plain", days=days), "x")


def crl(*revoked: Seal, days: int = 7) -> bytes:
    return demo_centre.crl(centre(), [s.certificate.serial_number for s in revoked], days=days)


def trust(*revoked: Seal) -> Trust:
    return Trust.of([centre().der], [], [crl(*revoked)])


def signed(data: bytes, person: Person = FIRM, fate: str = "good") -> bytes:
    return seal.sign(data, key_of(person, fate))
