"""The pages of signing: what waits, the agreement once, a code, a refusal; the desk with a paper signature and a journal."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from dashboard import session as sessions
from dashboard.views import signing_certificate
from infra import clock, storage
from infra.wording import _
from models.connection.tables import Stage
from models.delivery.tables import Letter
from models.document import queries as documents
from models.people.tables import SimpleCode, User
from models.process.actor import Role
from models.process.errors import Invalid
from models.signing import actions, queries
from models.signing.tables import Envelope, EnvelopeState, Method, Party, Side, SigningTry
from signatures import seal
from signatures.trust import Trust
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401

PURPOSE = "supplement"


def opened(site: Cabinet, *methods: Method, login: str = "anna") -> int:
    """A sealed paper of her case that the company has signed; it is her turn."""
    case_id = site.case(Stage.OFFER_PLACED, login)
    with site.writing() as story:
        db = story.session
        paper = documents.current(db, case_id, "contract")
        assert paper is not None
        paper.pdf_key = paper.seal_key = storage.storage().put(b"%PDF-1.7 contract")
        paper.pdf_sha256 = paper.pdf_key
        user = db.exec(select(User).where(User.login == login)).one()
        made = actions.open(
            db,
            process="connection",
            subject_id=case_id,
            purpose=PURPOSE,
            documents=[paper.id or 0],
            parties=[
                Party("АО «ПЭС»", None, Side.UTILITY, (Method.SEAL,)),
                Party(user.name, user.id, Side.APPLICANT, methods or (Method.CODE, Method.PAPER)),
            ],
            now=story.now,
            expires_at=story.now + timedelta(days=10),
        )
        return made.id or 0


def envelope(site: Cabinet, envelope_id: int) -> Envelope:
    found: Envelope = site.read(lambda db: db.get_one(Envelope, envelope_id))
    return found


def code(site: Cabinet) -> str:
    def look(db: Session) -> str:
        letter = db.exec(select(Letter).where(Letter.kind == "signature_code").order_by(Letter.id.desc())).first()  # type: ignore[union-attr]
        assert letter is not None
        assert letter.application_id is None, "nobody at the desk reads codes among the letters of a case"
        return str(re.findall(r"\d{6}", str(letter.data["details"][0]))[0])

    return str(site.read(look))


@pytest.mark.rows("H-14", "D-18", "D-19", "H-11")
def test_an_individual_reads_accepts_the_agreement_and_signs_by_a_code(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    assert "Ваш ход" in cabinet.shows("signing").text
    page = cabinet.shows("signing", id=found)
    assert "/files/" in page.text
    assert "signing-send" not in [b.key for b in page.app.button], "no code before the agreement"
    page.fill("agreement-read", True).press("agreement-accept")
    page = cabinet.shows("signing", id=found).press("signing-send")
    letter = cabinet.read(lambda db: db.exec(select(Letter).where(Letter.kind == "signature_code")).one())
    tail = cabinet.read(lambda db: queries.papers(db, found))[0].sha256[-4:]
    assert any(tail in line for line in letter.data["details"])
    signer = cabinet.read(lambda db: queries.signers(db, found))[1]
    page.fill(f"signing-code-{signer.id}", code(cabinet)).press("signing-sign")
    assert envelope(cabinet, found).state is EnvelopeState.COMPLETED
    row = cabinet.read(lambda db: queries.signatures(db, found))[1]
    assert (row.agreement, row.letter_id) == ("1 от 01.01.2026", letter.id)


def test_a_wrong_code_is_refused_beside_its_field_and_stays_in_the_record(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    cabinet.shows("signing", id=found).fill("agreement-read", True).press("agreement-accept")
    page = cabinet.shows("signing", id=found).press("signing-send")
    signer = cabinet.read(lambda db: queries.signers(db, found))[1]
    page.fill(f"signing-code-{signer.id}", "wrong").press("signing-sign")
    assert _("The code is wrong. Check the last letter from us") in page.text
    assert envelope(cabinet, found).state is EnvelopeState.OPEN
    assert cabinet.read(lambda db: db.exec(select(SimpleCode.tries).order_by(SimpleCode.id.desc())).first()) == 1  # type: ignore[union-attr]
    assert cabinet.read(lambda db: db.exec(select(SigningTry.result)).all()) == ["wrong"]


def test_who_declines_must_say_why(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    cabinet.shows("signing", id=found).decide("signing-decline", "decline-sure", decline_why="неверная мощность")
    made = envelope(cabinet, found)
    assert made.state is EnvelopeState.DECLINED
    assert "неверная мощность" in made.reason


def test_a_stranger_finds_nothing(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    assert "подписывать нечего" in cabinet.shows("signing", "stranger").text.lower()
    page = cabinet.shows("signing", "stranger", id=found)
    assert "Подписать документы" not in page.buttons
    assert "/files/" not in page.text


@pytest.mark.rows("H-12", "H-13")
def test_a_firm_signs_by_certificate_and_sees_what_is_not_connected(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet, Method.CERTIFICATE, login="firm")
    page = cabinet.shows("signing", "firm", id=found)
    assert "Госключ" in page.text
    assert "Не подключено" in page.text
    assert not page.app.radio, "only one way can be chosen"


def test_papers_go_out_as_one_zip_with_their_hashes(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    seen = cabinet.read(lambda db: queries.sight(db, db.get_one(Envelope, found)))
    with zipfile.ZipFile(io.BytesIO(signing_certificate.archive(seen))) as packed:
        paper, sums = packed.namelist()
        assert packed.read(paper) == b"%PDF-1.7 contract"
        assert packed.read(sums).decode() == f"{seen.papers[0].sha256}  {paper}\n"


class File:
    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data, self.size = name, data, len(data)

    def getvalue(self) -> bytes:
        return self.data


def test_an_uploaded_file_that_is_no_signature_is_judged_invalid_and_recorded(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet, Method.CERTIFICATE, login="firm")
    seen = cabinet.read(lambda db: queries.sight(db, db.get_one(Envelope, found)))
    cabinet.signed_in("firm")
    verdict = signing_certificate.judge(b"%PDF-1.7 contract", b"no signature", sessions.current(), clock.now())
    assert verdict["status"] == "invalid"
    assert [c["code"] for c in verdict["checks"]][-2:] == ["owner", "level"]
    assert seen.envelope.state is EnvelopeState.OPEN


@pytest.mark.rows("H-13")
@pytest.mark.parametrize(("data", "status"), [(b"paper", "undetermined"), (b"papeR", "invalid")])
def test_a_genuine_signature_of_nobody_in_particular_is_undetermined_and_its_tampered_twin_invalid(
    cabinet: Cabinet,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    status: str,
) -> None:
    stamp = seal.load(seal.demonstration("Орлов Пётр Ильич", "x"), "x")
    monkeypatch.setattr(signing_certificate.trust, "believed", lambda: Trust.of(stamp.chain))
    cabinet.signed_in("firm")
    verdict = signing_certificate.judge(data, seal.sign(b"paper", stamp), sessions.current(), clock.now())
    assert verdict["status"] == status


def test_signature_files_are_found_by_the_names_of_their_papers(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    papers = cabinet.read(lambda db: queries.papers(db, found))
    name = signing_certificate.file_name(papers[0]) + ".sig"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr(f"folder/{name}", b"one")
        out.writestr("readme.txt", b"no")
    files = list(signing_certificate.unpacked([File("all.zip", packed.getvalue())]))
    assert [data for _, data in files] == [b"one"]
    with pytest.raises(Invalid):
        list(signing_certificate.unpacked([File("bad.zip", b"PK\x03\x04 no archive")]))
    with pytest.raises(Invalid):
        list(signing_certificate.unpacked([File("big.sig", b"x" * (2 << 20))]))


def test_a_file_added_after_a_wrong_one_takes_its_place(cabinet: Cabinet) -> None:  # noqa: F811
    papers = cabinet.read(lambda db: queries.papers(db, opened(cabinet)))[:1]
    named = signing_certificate.file_name(papers[0]) + ".sig"
    for files in ([(named, b"wrong"), (named, b"right")], [("a.sig", b"wrong"), ("b.sig", b"right")]):
        assert signing_certificate.matched(papers, files)[papers[0].document_id][1] == b"right"
    assert signing_certificate.matched(papers, []) == {}


# ------------------------------------------------------------------------------------------------ the desk
def test_the_desk_sees_envelopes_with_their_journal_and_cancels_with_a_reason(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    assert "Условия типового договора" in cabinet.open("signing_desk", Role.OPERATOR).text
    page = cabinet.open("signing_desk", Role.OPERATOR, id=found)
    assert "пакет открыт" in page.text
    page.decide("desk-cancel", "cancel-sure", cancel_why="изменились условия")
    assert envelope(cabinet, found).reason == "изменились условия"


def test_the_desk_reminds(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    cabinet.open("signing_desk", Role.OPERATOR, id=found).press("desk-remind")
    assert cabinet.read(lambda db: queries.signers(db, found))[1].reminders == 1
    assert cabinet.read(lambda db: db.exec(select(Letter).where(Letter.kind == "signing_reminder")).one())


def test_an_auditor_looks_and_does_nothing(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    page = cabinet.open("signing_desk", Role.AUDITOR, id=found)
    assert "пакет открыт" in page.text
    assert not [b for b in page.app.button if str(b.key).startswith("desk-")]
