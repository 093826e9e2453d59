"""A pack carries the roots and lists its verdicts stood on, and they prove or refute the signatures anew, offline."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dashboard import trust as desk_trust
from infra import clock, storage
from models.document import queries as documents
from models.document.tables import Document
from models.people.rules import actor_of
from models.signing import actions, queries, sign
from models.signing.sign import Proof, Visit
from models.signing.tables import Method, Party, Side
from signatures import demo_centre, grounds, seal
from signatures.evidence import BROKEN, PROVED, Line, prove, run
from signatures.trust import Trust
from tasks.sealing import utility_seal
from tests.dashboard.conftest import PDF, Site
from tests.dashboard.test_evidence import Files, changed, resealed
from tests.signatures.authority import OTHER, centre, crl, key_of, trust

Change = Callable[[Files], None]


@pytest.fixture
def pack(site: Site, tmp_path: Path) -> Path:
    """Of a case whose paper was signed by a certificate."""
    store, proof = storage.storage(), seal.sign(PDF, key_of(OTHER))
    stood_on = desk_trust.grounds(PDF, proof, trust(), clock.now())
    with site.database.transaction() as session:
        paper = session.get_one(Document, site.paper.id)
        paper.seal_key = store.put(seal.sign(PDF, utility_seal()))
        for row in documents.attachments(session, site.case.id or 0):
            row.key = store.put(b"%PDF attachment")
            session.add(row)
        party = Party("ООО «Чужой»", site.applicant.id, Side.APPLICANT, (Method.CERTIFICATE,))
        made = actions.open(
            session, process="connection", subject_id=site.case.id or 0, purpose="supplement", documents=[paper.id or 0],
            parties=[party], now=clock.now(),
        )  # fmt: skip
        mine, verdict = (
            queries.signers(session, made.id or 0)[0],
            {"status": "valid", "grounds": stood_on, "certificate": {"snils": "11223344595"}},
        )
        proofs = {paper.id or 0: Proof(store.put(proof), verdict)}
        sign.by_certificate(session, mine.id or 0, actor_of(site.applicant, ""), proofs, clock.now(), Visit())
    path = tmp_path / "pack.zip"
    path.write_bytes(site.sign_in(site.applicant.login).get(f"/files/evidence/{site.case.id}").content)
    return path


def lines(pack: Path, about: str) -> list[Line]:
    return [line for line in prove(pack) if about in line.template]


def put(part: str, data: bytes) -> Change:
    """Another file in the place of one of the trust, sealed anew: only a look inside can tell."""

    def change(files: Files) -> None:
        name = next(n for n in files if n.startswith(f"trust/{part}/"))
        files[name] = data
        resealed(files, utility_seal())

    return change


def test_the_verdict_is_made_again_by_the_roots_and_lists_of_the_pack(pack: Path) -> None:
    (found,) = lines(pack, "by the lists of the pack")
    assert found.good
    assert run(pack, "", str)[0] == PROVED


def test_the_number_of_the_signer_is_told_by_its_last_digits(pack: Path) -> None:
    """The whole one stands in the certificate inside the signature file."""
    with zipfile.ZipFile(pack) as archive:
        told = archive.read("signing.json").decode()
    assert "***4595" in told
    assert "11223344595" not in told


def test_years_later_the_verdict_is_the_one_of_the_day_of_signing(pack: Path) -> None:
    later = prove(pack, at=clock.now() + timedelta(days=400))  # the list has run out, the certificate has ended
    assert [line.good for line in later if "by the lists of the pack" in line.template] == [True]


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("lists", lambda: crl(key_of(OTHER))),  # this one says: revoked
        ("lists", lambda: demo_centre.crl(centre(), at=clock.now() - timedelta(days=9))),  # this one had run out
        ("roots", lambda: centre("Другой УЦ").der),
        ("lists", lambda: b"not a list"),
    ],
)
def test_a_pack_with_another_list_or_root_is_no_evidence_though_it_was_sealed_anew(
    pack: Path, part: str, other: Callable[[], bytes]
) -> None:
    twin = changed(pack, put(part, other()))
    assert not any(line.good for line in lines(twin, "by the lists of the pack"))
    assert run(twin, "", str)[0] == BROKEN


def test_a_changed_list_is_named(pack: Path) -> None:
    def spoil(files: Files) -> None:
        name = next(n for n in files if n.startswith("trust/lists/"))
        files[name] = files[name][:-1] + b"x"

    twin = changed(pack, spoil)
    assert [str(line.facts["name"])[:12] for line in lines(twin, "was changed")] == ["trust/lists/"]


def test_a_verdict_without_its_list_is_broken(pack: Path) -> None:
    def drop(files: Files) -> None:
        told = json.loads(files["manifest.json"])
        for name in [n for n in files if n.startswith("trust/lists/")]:
            del files[name], told["files"][name]
        files["manifest.json"] = json.dumps(told).encode()
        resealed(files, utility_seal())

    assert run(changed(pack, drop), "", str)[0] == BROKEN


def test_only_what_the_verdict_asked_is_kept() -> None:
    signature, other = seal.sign(PDF, key_of(OTHER)), centre("Другой УЦ")
    wide = Trust.of([centre().der, other.der], [], [crl()])
    kept = grounds.of(PDF, signature, wide, clock.now())
    assert (kept.roots, len(kept.lists)) == ((centre().der,), 1)
