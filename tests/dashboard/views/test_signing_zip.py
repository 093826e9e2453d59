"""Several papers out as one ZIP, their signatures back as one ZIP: each fits its own paper, or nothing is signed."""

import io
import zipfile

import pytest
from sqlmodel import select

from dashboard import session as sessions
from dashboard.views import signing_certificate
from infra import storage
from models.connection.tables import Stage
from models.document import queries as documents
from models.people.tables import User
from models.signing import actions, queries
from models.signing.tables import EnvelopeState, Method, Party, Side
from signatures import seal
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.test_signing import File, envelope
from tests.signatures.authority import FIRM, key_of
from tests.signatures.authority import trust as of_centre


class Rerun(Exception):
    """Where a page would run again."""


def _again(*_: object) -> None:
    raise Rerun


@pytest.fixture
def two(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> int:  # noqa: F811
    """An envelope of two papers that a firm signs by its certificate."""
    case_id = cabinet.case(Stage.OFFER_PLACED, "firm")
    with cabinet.writing() as story:
        db = story.session
        papers = [documents.current(db, case_id, kind) for kind in ("contract", "conditions")]
        for paper in papers:
            assert paper is not None
            paper.pdf_key = paper.seal_key = paper.pdf_sha256 = storage.storage().put(f"%PDF-1.7 {paper.kind}".encode())
        user = db.exec(select(User).where(User.login == "firm")).one()
        made = actions.open(
            db, process="connection", subject_id=case_id, purpose="supplement", documents=[p.id or 0 for p in papers if p],
            parties=[Party(user.name, user.id, Side.APPLICANT, (Method.CERTIFICATE,))], now=story.now,
        )  # fmt: skip
    monkeypatch.setattr("dashboard.trust.believed", of_centre)
    monkeypatch.setattr(signing_certificate.parts, "done", _again)
    monkeypatch.setattr(signing_certificate.st, "rerun", _again)
    cabinet.signed_in("firm")
    return made.id or 0


def signed(site: Cabinet, found: int, *, swapped: bool = False) -> File:
    """What comes back from the program of the firm: a signature beside each file of our ZIP."""
    seen, out = site.read(lambda db: queries.sight(db, envelope(site, found))), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(signing_certificate.archive(seen))) as ours, zipfile.ZipFile(out, "w") as back:
        names = [n for n in ours.namelist() if n.endswith(".pdf")]
        assert len(names) == 2
        for name, of in zip(names, reversed(names) if swapped else names, strict=True):
            back.writestr(f"{name}.sig", seal.sign(ours.read(of), key_of(FIRM)))
    return File("signed.zip", out.getvalue())


def take(site: Cabinet, found: int, file: File) -> None:
    who, seen = sessions.current(), site.read(lambda db: queries.sight(db, envelope(site, found)))
    signing_certificate._take(who, seen, seen.signers[0], [file])


@pytest.mark.rows("H-13", "J-038")
def test_both_papers_are_signed_and_each_signature_keeps_what_its_verdict_stood_on(cabinet: Cabinet, two: int) -> None:  # noqa: F811
    with pytest.raises(Rerun):
        take(cabinet, two, signed(cabinet, two))
    assert envelope(cabinet, two).state is EnvelopeState.COMPLETED
    rows = cabinet.read(lambda db: queries.signatures(db, two))
    assert len(rows) == 2
    for row in rows:
        kept = row.verdict["grounds"]
        assert (len(kept["roots"]), len(kept["lists"])) == (1, 1)
        assert storage.storage().get(kept["lists"][0])


def test_signatures_that_were_swapped_sign_nothing(cabinet: Cabinet, two: int) -> None:  # noqa: F811
    with pytest.raises(Rerun):
        take(cabinet, two, signed(cabinet, two, swapped=True))
    assert envelope(cabinet, two).state is EnvelopeState.OPEN
    assert cabinet.read(lambda db: queries.signatures(db, two)) == []


def test_a_revoked_certificate_signs_nothing(cabinet: Cabinet, two: int, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("dashboard.trust.believed", lambda: of_centre(key_of(FIRM)))
    with pytest.raises(Rerun):
        take(cabinet, two, signed(cabinet, two))
    assert envelope(cabinet, two).state is EnvelopeState.OPEN
