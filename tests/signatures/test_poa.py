"""Machine-readable powers of attorney: each check beside the case that it must refuse."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from signatures import poa, poa_file
from signatures.verdict import Status, Unusable
from tests.signatures.world import World, now

ORGANISATION = "/C=RU/O=ООО Лесной двор/CN=ООО Лесной двор/INNLE=4712009314/OGRN=1024701649180"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000000000000000">
 <Документ КНД="1110310"><Довер>
  <СвДов ВидДовер="1" НомДовер="{number}" ДатаВыдДовер="2026-01-15" СрокДейст="2027-01-14"{parent}/>
  <СвДоверит ТипДоверит="ЮЛ"><Доверит><РосОргДовер>
   <СвРосОрг НаимОрг="ООО «Лесной двор»" ИННЮЛ="{inn}" КПП="471201001" ОГРН="1024701649180"/>
   <ЛицоБезДов><СвФЛ ИННФЛ="470100000001" СНИЛС="11111111111"/></ЛицоБезДов>
  </РосОргДовер></Доверит></СвДоверит>
  <СвУпПред ТипПред="ФЛ"><Пред><СведФизЛ ИННФЛ="771234567890" СНИЛС="{snils}">
   <ФИО Фамилия="Иванов" Имя="Иван" Отчество="Иванович"/></СведФизЛ></Пред></СвУпПред>
  <СвПолн ТипПолн="1"><МашПолн КодПолн="{power}" НаимПолн="Подписывать договоры присоединения"/></СвПолн>
 </Довер></Документ>
</Доверенность>"""
NUMBER = "11112222-3333-4444-5555-666677778888"
POWER = "GRID_CONTRACT"


def written(**other: str) -> bytes:
    facts = {"number": NUMBER, "inn": "4712009314", "snils": "123-456-789 01", "power": POWER, "parent": ""} | other
    return XML.format(**facts).encode()


@pytest.fixture(scope="session")
def desk(worlds: Any) -> World:
    world: World = worlds("gost256:A")
    world.pki.issue("head", "centre", "gost256:A", "qualified", ORGANISATION)
    return world


def question(desk: World, **other: Any) -> poa.Question:
    certificate = desk.verdict(desk.signature("qualified")).certificate
    assert certificate is not None
    asked = poa.Question(certificate, "4712009314", frozenset({POWER}), date(2026, 11, 22), revoked=False)
    return replace(asked, **other)


def answer(desk: World, xml: bytes, signature: bytes | None = None, **other: Any) -> poa.Answer:
    signature = desk.pki.sign(xml, "head") if signature is None else signature
    return poa.check(xml, signature, question(desk, **other), desk.trust, now())


def failed(found: poa.Answer) -> list[str]:
    return [c.code for c in found.checks if c.outcome.value in ("failed", "unknown")]


def test_everything_in_order_is_valid(desk: World) -> None:
    found = answer(desk, written())
    assert found.status is Status.VALID, found
    assert found.power is not None
    assert (found.power.number, found.power.principal_inn, found.power.principal_kpp) == (
        NUMBER,
        "4712009314",
        "471201001",
    )
    assert found.power.representatives == (
        poa_file.Representative("Иванов Иван Иванович", "771234567890", "12345678901"),
    )
    assert found.power.powers == ((POWER, "Подписывать договоры присоединения"),)
    assert (found.power.issued, found.power.until) == (date(2026, 1, 15), date(2027, 1, 14))


@pytest.mark.parametrize(
    ("written_", "asked", "status", "check"),
    [
        ({"inn": "7700000000"}, {}, Status.INVALID, "poa_principal"),
        ({}, {"principal_inn": "7700000000"}, Status.INVALID, "poa_principal"),
        ({}, {"principal_inn": ""}, Status.INVALID, "poa_principal"),
        ({"snils": "999-999-999 99"}, {}, Status.INVALID, "poa_owner"),
        ({"power": "OTHER"}, {}, Status.INVALID, "poa_power"),
        ({}, {"codes": frozenset()}, Status.INVALID, "poa_power"),
        ({}, {"day": date(2027, 1, 15)}, Status.INVALID, "poa_dates"),
        ({}, {"day": date(2026, 1, 14)}, Status.INVALID, "poa_dates"),
        ({}, {"revoked": True}, Status.INVALID, "poa_revoked"),
        ({}, {"revoked": None}, Status.UNDETERMINED, "poa_revoked"),
        ({"parent": ' НомДоверПерв="0"'}, {}, Status.UNDETERMINED, "poa_parent"),
    ],
)
def test_each_fault_is_found(
    desk: World, written_: dict[str, str], asked: dict[str, Any], status: Status, check: str
) -> None:
    found = answer(desk, written(**written_), **asked)
    assert found.status is status
    assert check in failed(found)


def test_the_first_and_the_last_day_count(desk: World) -> None:
    for day in (date(2026, 1, 15), date(2027, 1, 14)):
        assert answer(desk, written(), day=day).status is Status.VALID


def test_the_paper_must_be_the_signed_one_and_the_principal_must_have_signed(desk: World) -> None:
    signature = desk.pki.sign(written(), "head")
    assert answer(desk, written(), signature).status is Status.VALID
    assert failed(answer(desk, written() + b"\n", signature)) == ["poa_signature"]
    assert failed(answer(desk, written(), desk.pki.sign(written(), "good"))) == ["poa_signature"]
    stranger = answer(desk, written(), desk.pki.sign(written(), "stranger"))
    assert (stranger.status, failed(stranger)) == (Status.UNDETERMINED, ["poa_signature"])


def test_powers_written_as_text_are_left_to_a_person(desk: World) -> None:
    xml = written().replace('КодПолн="GRID_CONTRACT" '.encode(), b"")
    found = answer(desk, xml)
    assert (found.status, failed(found)) == (Status.UNDETERMINED, ["poa_power"])


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize("xml", [b"", b"<", b"<a/>", BOMB, OUTSIDE, b"<a>" * 100000, b"\x00" * 10])
def test_hostile_files_are_refused_and_never_an_error(desk: World, xml: bytes) -> None:
    with pytest.raises(Unusable):
        poa_file.read(xml)
    assert answer(desk, xml, b"").status is Status.INVALID


def test_two_principals_or_two_numbers_are_refused() -> None:
    section = written().split("<СвДоверит".encode())[1].split("</СвДоверит>".encode())[0]
    twice = written().replace(
        "<СвУпПред".encode(), "<СвДоверит".encode() + section + "</СвДоверит><СвУпПред".encode(), 1
    )
    with pytest.raises(Unusable):
        poa_file.read(twice)
    with pytest.raises(Unusable):
        poa_file.read(written().replace("<СвПолн ".encode(), '<СвПолн НомДовер="x" '.encode(), 1))
