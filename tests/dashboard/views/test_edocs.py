"""Pages of documents, certificates, powers and trust: what they show to whom, and the clicks that change something."""

import io
import zipfile
from dataclasses import asdict

import pytest
from sqlmodel import select

from dashboard import session as sessions
from dashboard.views import certificates, edocs, edocs_pack, trust_demo
from infra import clock, storage
from models.connection.tables import Stage
from models.document.tables import Document
from models.edoc import actions, queries
from models.edoc.tables import Edoc, EdocKind, EdocState
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import Invalid, NotFound
from models.signing import queries as signing
from models.signing import sign
from models.signing.sign import Proof, Visit
from models.trust import actions as trust
from models.trust.queries import believed, certificates_of
from models.trust.tables import Place
from signatures import certificates as reading
from signatures import holder, seal
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.signatures.authority import FIRM, OTHER, centre, key_of

PDF = b"%PDF-1.7 own paper"


def own(site: Cabinet, kind: EdocKind = EdocKind.LETTER, title: str = "Письмо о сроках") -> int:
    """A registered document of anna; its id among papers."""
    case_id = site.case(Stage.CHECKING)
    site.signed_in("anna")
    return edocs.register(case_id, kind, title, PDF)


def row(site: Cabinet, document_id: int) -> Edoc:
    found: Edoc = site.read(lambda db: db.exec(select(Edoc).where(Edoc.document_id == document_id)).one())
    return found


@pytest.mark.rows("H-10", "J-034", "J-035")
def test_a_customer_finds_his_document_and_opens_it(cabinet: Cabinet) -> None:  # noqa: F811
    found = own(cabinet)
    page = cabinet.shows("edocs")
    assert "Письмо о сроках" in page.text
    assert "зарегистрирован, не подписан" in page.text
    assert "Письмо о сроках" not in page.fill("edocs-text", "договор").text
    assert f"/files/{found}" in cabinet.shows("edocs", id=found).text
    assert "Письмо о сроках" not in cabinet.shows("edocs", "stranger").text
    assert "/files/" not in cabinet.shows("edocs", "stranger", id=found).text


@pytest.mark.rows("J-036", "J-037")
def test_signing_opens_its_envelope_and_an_unsigned_document_is_deleted(cabinet: Cabinet) -> None:  # noqa: F811
    found = own(cabinet)
    cabinet.shows("edocs", id=found).press("edoc-sign")
    assert cabinet.went[-1][0] == "signing"
    assert row(cabinet, found).state == EdocState.SIGNING
    assert "edoc-delete" not in [b.key for b in cabinet.shows("edocs", id=found).app.button]
    second = own(cabinet, title="Лишнее")
    cabinet.shows("edocs", id=second).decide("edoc-delete", "edoc-delete-sure")
    assert row(cabinet, second).state == EdocState.DELETED
    assert "Лишнее" not in cabinet.shows("edocs").text


def test_only_a_pdf_is_registered(cabinet: Cabinet) -> None:  # noqa: F811
    case_id = cabinet.case(Stage.CHECKING)
    cabinet.signed_in("anna")
    for data in (b"", b"<html>", b"PK\x03\x04"):
        with pytest.raises(Invalid):
            edocs.register(case_id, EdocKind.LETTER, "x", data)
    cabinet.signed_in("stranger")
    with pytest.raises(NotFound):
        edocs.register(case_id, EdocKind.LETTER, "x", PDF)


@pytest.mark.rows("J-024", "J-117")
def test_a_statement_of_readings_says_whether_an_agreement_is_signed(cabinet: Cabinet) -> None:  # noqa: F811
    found = own(cabinet, EdocKind.METER_STATEMENT, "Акт снятия показаний")
    assert "ещё не подписано" in cabinet.shows("edocs", id=found).text
    case_id = row(cabinet, found).application_id
    agreement = edocs.register(case_id, EdocKind.AGREEMENT, "Соглашение об ЭП", PDF + b"2")
    _both_sign(cabinet, agreement)
    assert "по этому договору подписано" in cabinet.shows("edocs", id=found).text
    assert "соглашение об электронной подписи подписано" in cabinet.shows("edocs").text


def _customer_signs(site: Cabinet, document_id: int) -> None:
    with site.writing() as story:
        db, actor = story.session, sessions.current().actor
        envelope = actions.send(db, actor, row(site, document_id).id or 0, clock.now())
        mine = signing.signers(db, envelope.id or 0)[0]
        proof = {document_id: Proof(storage.storage().put(b"his signature"), {"status": "valid"})}
        sign.by_certificate(db, mine.id or 0, actor, proof, clock.now(), Visit())


def _both_sign(site: Cabinet, document_id: int) -> None:
    _customer_signs(site, document_id)
    with site.writing() as story:
        found = actions.lock(story.session, row(site, document_id).id or 0)
        actions.order_counter(story.session, story.staff(Role.OPERATOR), found.id or 0, clock.now())
        actions.countersigned(story.session, found, storage.storage().put(b"seal"), "АО «ПЭС»", clock.now())
        actions.settle(story.session, found, clock.now())


@pytest.mark.rows("J-038")
def test_a_document_goes_out_with_every_signature(cabinet: Cabinet) -> None:  # noqa: F811
    found = own(cabinet)
    _both_sign(cabinet, found)
    cabinet.signed_in("anna")
    who = sessions.current()
    with zipfile.ZipFile(io.BytesIO(edocs_pack.made(who, edocs.find(who, found)))) as packed:
        paper, company, mine, sums = packed.namelist()
        assert packed.read(paper) == PDF
        assert (packed.read(company), packed.read(mine)) == (b"seal", b"his signature")
        assert paper in packed.read(sums).decode()
    assert f"/files/{found}?form=signed" in cabinet.shows("edocs", id=found).text
    cabinet.signed_in("stranger")
    with pytest.raises(NotFound):
        edocs.find(sessions.current(), found)


def test_the_desk_orders_signatures_of_the_company_in_bulk(cabinet: Cabinet) -> None:  # noqa: F811
    found = own(cabinet)
    assert "ждёт клиента" not in cabinet.open("edocs_desk", Role.OPERATOR).text
    cabinet.signed_in("anna")
    _customer_signs(cabinet, found)
    page = cabinet.open("edocs_desk", Role.OPERATOR)
    assert "ждёт сетевую организацию" in page.text
    page.press("counter-sign")
    assert row(cabinet, found).counter_at is not None
    assert "подпись ставится" in cabinet.open("edocs_desk", Role.OPERATOR).text
    assert cabinet.read(queries.progress) == (1, 0, 0)
    assert "counter-sign" not in [b.key for b in cabinet.open("edocs_desk", Role.AUDITOR).app.button]


# ------------------------------------------------------------------------------------------------ certificates and trust
def _trusted(site: Cabinet) -> None:
    with site.writing() as story:
        facts = asdict(reading.facts(reading.load(centre().der)))
        made = trust.propose(story.session, story.staff(Role.ADMIN), facts, centre().der, Place.ROOT, clock.now())
        trust.confirm(story.session, story.staff(Role.MANAGER), made.id or 0, made.sha256[-8:], clock.now())


@pytest.mark.rows("J-033")
def test_a_firm_registers_its_certificate_and_nobody_elses(cabinet: Cabinet) -> None:  # noqa: F811
    _trusted(cabinet)
    cabinet.signed_in("firm")
    made = certificates.register(seal.sign(b"first", key_of(FIRM)))
    assert (made.source, made.inn_legal, made.ogrn) == ("signature", FIRM.inn_legal, FIRM.ogrn)
    assert "no fresh list" not in made.doubt, "the doubt is told in the reader's language"
    assert made.doubt
    for data in (key_of(OTHER).chain[0], key_of(FIRM, "expired").chain[0], b"no certificate"):
        with pytest.raises(Invalid):
            certificates.register(data)
    page = cabinet.shows("certificates", "firm")
    assert FIRM.inn_legal in page.text
    assert "Доверенности (МЧД)" in page.text
    assert "реестр доверенностей к сайту не подключён" in page.text
    page.press(f"certificate-drop-{made.id}")
    assert cabinet.read(lambda db: list(certificates_of(db, made.user_id))) == []
    assert "Доверенности (МЧД)" not in cabinet.shows("certificates", "anna").text


def test_staff_see_the_registers_and_the_administrator_the_trust_store(cabinet: Cabinet) -> None:  # noqa: F811
    _trusted(cabinet)
    cabinet.signed_in("firm")
    certificates.register(key_of(FIRM).chain[0])
    page = cabinet.open("poa_desk", Role.OPERATOR)
    assert FIRM.inn_legal in page.text
    assert "реестр доверенностей к сайту не подключён" in page.text
    page = cabinet.open("trust", Role.ADMIN)
    assert "доверяем" in page.text
    assert "Списков пока нет" in page.text
    assert "trust-add" not in [b.key for b in cabinet.open("trust", Role.AUDITOR).app.button]


def test_the_demonstration_centre_gives_a_certificate_that_works(cabinet: Cabinet, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    monkeypatch.setattr(trust_demo, "place", lambda: tmp_path / "centre.p12")
    with cabinet.writing():
        pass
    cabinet.open("trust", Role.ADMIN).press("demo-centre")
    assert len(cabinet.read(believed).roots) == 1
    user = cabinet.read(lambda db: db.exec(select(User).where(User.login == "firm")).one())
    mine = seal.load(trust_demo.certificate_for(user, "demo"), "demo")
    facts = holder.read(mine.chain[0], holder.Trust(), clock.now()).facts
    assert (facts.inn_legal, facts.organisation, facts.qualified) == (user.inn, user.name, True)
    assert cabinet.read(lambda db: db.exec(select(Document)).all()) == []
