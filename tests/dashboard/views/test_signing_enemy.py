"""An enemy's files and numbers at every door of signing: refused in words, never an incident, never taken for a signature."""

import base64
import io
import struct
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select

from dashboard import session as sessions
from dashboard.views import certificates, edocs, poa, signing_certificate
from infra import clock
from models.connection.tables import Stage
from models.edoc import actions as own
from models.edoc.tables import Edoc, EdocKind
from models.process.actor import Role
from models.process.errors import FeederError, Invalid, NotFound
from models.signing import actions, queries, sign
from models.signing.sign import Proof, Visit
from models.signing.tables import EnvelopeState, Method, Result, SigningTry
from models.trust import actions as trusting
from models.trust import powers
from models.trust import queries as trusted
from models.trust.tables import UserCertificate
from signatures import lists, pades, seal, verify
from signatures.trust import Trust
from signatures.verdict import Status, Unusable, overall
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.test_signing import envelope, opened
from tests.signatures.authority import FIRM, centre, crl, key_of, signed
from tests.signatures.authority import trust as of_centre
from tests.signatures.test_poa import BOMB, OUTSIDE
from tests.signatures.world import now

PAPER = b"%PDF-1.7 contract"
DEEP = b"\x30\x80" * 40_000
HOSTILE = {
    "nothing": b"",
    "zeros": b"\x00" * 1000,
    "deep": DEEP,
    "deep in base64": base64.b64encode(DEEP),
    "a length of four gigabytes": b"\x30\x84\xff\xff\xff\xff" + b"\x02\x01\x00" * 9,
    "a million octets of one letter": b"A" * 1_000_000,
    "a torn signature": signed(PAPER)[:-40],
    "a pem of nothing": b"-----BEGIN CMS-----\n-----END CMS-----\n",
    "another document's": signed(b"%PDF-1.7 another contract"),
    "an entity bomb": BOMB,
    "an entity from a disk": OUTSIDE,
    "a zip inside": b"PK\x03\x04" + b"\xff" * 200,
    "a pdf": PAPER,
}


@dataclass
class File:
    """As Streamlit gives an upload."""

    data: bytes
    name: str = "contract.sig"

    @property
    def size(self) -> int:
        return len(self.data)

    def getvalue(self) -> bytes:
        return self.data


# ------------------------------------------------------------------------------------------------ bytes
@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_no_signature_of_this_paper_is_never_valid_at_any_door(data: bytes) -> None:
    believed = of_centre()
    assert overall(verify.detached(PAPER, data, believed, now())).status is not Status.VALID
    assert overall(verify.attached(data, believed, now())[1]).status is not Status.VALID
    assert overall(pades.verify(data, believed, now())).status is not Status.VALID
    with pytest.raises(Unusable):
        lists.read(data, Trust.of([centre().der], [], [crl()]))


def test_a_certificate_and_a_power_of_attorney_are_not_made_of_rubbish(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.signed_in("firm")
    held = UserCertificate(der=key_of(FIRM).chain[0], user_id=sessions.current().id, sha256="x", owner="x", number="1", issuer="x", not_before=clock.now(), not_after=clock.now(), registered_at=clock.now())  # fmt: skip
    for name, data in HOSTILE.items():
        if name != "another document's":  # a genuine signature does name its certificate
            with pytest.raises(Invalid):
                certificates.register(data)
        with pytest.raises(Invalid):
            poa.take(held, data, signed(data))
    assert cabinet.read(trusted.powers) == []
    assert cabinet.read(lambda db: db.exec(select(UserCertificate)).all()) == []


def _zip(*entries: tuple[str, bytes], deflated: bool = True) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as packed:
        for name, data in entries:
            packed.writestr(name, data)
    return out.getvalue()


def _lying(data: bytes) -> bytes:
    """The directory of the ZIP says that its one file is small."""
    place = data.index(b"PK\x01\x02") + 24
    return data[:place] + struct.pack("<I", 100) + data[place + 4 :]


def _torn(data: bytes) -> bytes:
    """The packed bytes are no packed bytes any more."""
    return data[:45] + bytes(b ^ 0xFF for b in data[45:75]) + data[75:]


BOMBS = {
    "a bomb": _zip(("contract.sig", b"\x00" * (64 << 20))),
    "a bomb that lies of its size": _lying(_zip(("contract.sig", b"\x00" * (8 << 20)))),
    "too many": _zip(*((f"{n}.sig", b"x") for n in range(51))),
    "torn": _torn(_zip(("contract.sig", bytes(range(256)) * 40))),
    "cut": _zip(("contract.sig", b"x" * 1000))[:-30],
    "only its head": b"PK\x03\x04",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=list(BOMBS))
def test_an_archive_that_would_burst_or_is_torn_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid):
        list(signing_certificate.unpacked([File(data)]))


def test_names_in_an_archive_lead_nowhere() -> None:
    found = list(signing_certificate.unpacked([File(_zip(("../../etc/passwd.sig", b"x"), ("C:\\a\\b.sig", b"y")))]))
    assert not any(c in name for name, _data in found for c in "/\\:")
    assert [data for _name, data in found] == [b"x", b"y"]


def test_a_signature_of_a_hundred_megabytes_is_refused_unread() -> None:
    with pytest.raises(Invalid, match="too large"):
        list(signing_certificate.unpacked([File(b"\x30" * (100 << 20))]))


def test_an_upload_signs_nothing_and_stays_in_the_record(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Through the page's own way: judged, recorded as a try, the envelope stays open."""
    found = opened(cabinet, Method.CERTIFICATE, login="firm")
    cabinet.signed_in("firm")
    who, seen = sessions.current(), cabinet.read(lambda db: queries.sight(db, envelope(cabinet, found)))
    monkeypatch.setattr("dashboard.trust.believed", of_centre)
    monkeypatch.setattr(signing_certificate.st, "rerun", _rerun)
    for data in HOSTILE.values():
        with pytest.raises((Invalid, _Rerun)):
            signing_certificate._take(who, seen, seen.signers[1], [File(data)])
    assert envelope(cabinet, found).state is EnvelopeState.OPEN
    results = cabinet.read(lambda db: db.exec(select(SigningTry.result)).all())
    assert len(results) >= len(HOSTILE) - 2, "all but what is no signature file at all"
    assert set(results) <= {Result.INVALID, Result.UNDETERMINED}


class _Rerun(Exception):
    pass


def _rerun() -> None:
    raise _Rerun


def test_what_only_says_that_it_is_a_pdf_is_not_registered(cabinet: Cabinet) -> None:  # noqa: F811
    case_id = cabinet.case(Stage.CHECKING)
    cabinet.signed_in("anna")
    for data in (b"", b"PK\x03\x04x", b"MZ\x90", b"<html><script>", b"%PD", b"\x89PNG\r\n"):
        with pytest.raises(Invalid):
            edocs.register(case_id, EdocKind.LETTER, "договор.pdf", data)
    with pytest.raises(Invalid):
        edocs.register(case_id, EdocKind.LETTER, "x", b"%PDF-1.7" + b"x" * (11 << 20))
    assert cabinet.read(lambda db: db.exec(select(Edoc)).all()) == []


def test_a_pdf_that_was_changed_after_signing_is_refused_and_the_whole_one_is_not() -> None:
    from documents.issue import render
    from documents.sample import sample

    whole = seal.pades(render("guide", sample("guide")).pdf, key_of(FIRM), now())
    assert overall(pades.verify(whole, of_centre(), now())).status is Status.VALID
    for twin in (
        whole + b"\n%%EOF\n1 0 obj<<>>endobj",
        whole.replace(b"/Type /Page", b"/Type /PAGE", 1) if b"/Type /Page" in whole else whole[:-9],
        whole[: len(whole) // 2],
    ):
        assert overall(pades.verify(twin, of_centre(), now())).status is not Status.VALID


# ------------------------------------------------------------------------------------------------ numbers of others
NUMBERS = ("0", "-1", "1e3", "99999999999999999999", "' or 1=1", "1;drop", "", "½")


def test_a_number_of_any_shape_opens_nothing(cabinet: Cabinet) -> None:  # noqa: F811
    for number in NUMBERS:
        assert "/files/" not in cabinet.shows("signing", id=number).text
        assert "/files/" not in cabinet.shows("edocs", id=number).text
        assert "/files/" not in cabinet.open("signing_desk", Role.OPERATOR, id=number).text


def test_what_belongs_to_somebody_else_is_not_found_by_any_verb(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet, Method.CERTIFICATE, Method.CODE)
    case_id = envelope(cabinet, found).application_id
    cabinet.signed_in("anna")
    document = edocs.register(case_id, EdocKind.LETTER, "x", PAPER)
    mine = cabinet.read(lambda db: db.exec(select(Edoc).where(Edoc.document_id == document)).one().id)
    party = cabinet.read(lambda db: queries.signers(db, found))[1]
    cabinet.signed_in("stranger")
    actor, at = sessions.current().actor, clock.now()
    proof = {document: Proof("k", {"status": "valid"})}
    for verb in (
        lambda db: own.send(db, actor, mine, at),
        lambda db: own.delete(db, actor, mine, at),
        lambda db: own.register(db, actor, case_id, EdocKind.LETTER, "x", own.Kept("k", "k", 1), at),
        lambda db: own.order_counter(db, actor, mine, at),
        lambda db: own.send_back(db, actor, mine, "why", at),
        lambda db: actions.decline(db, party.id, actor, now, "why"),
        lambda db: sign.by_certificate(db, party.id, actor, proof, at, Visit()),
        lambda db: sign.ready(db, party.id, actor, Method.CODE, at),
        lambda db: trusting.remove(db, actor, 1, at),
        lambda db: powers.revoke(db, actor, 1, "why", at),
    ):
        _refused(cabinet, verb)


def _refused(site: Cabinet, verb: Any) -> None:
    with pytest.raises(FeederError), site.database.transaction() as db:
        verb(db)


def test_nobody_finds_an_envelope_or_a_document_by_counting(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    for number in (found - 1, found, found + 1):
        assert "/files/" not in cabinet.shows("signing", "stranger", id=number).text
    cabinet.signed_in("stranger")
    for number in range(1, 12):
        with pytest.raises(NotFound):
            edocs.find(sessions.current(), number)
