"""The way to our root, and the lists on it: who may issue, who may revoke, what counts as fresh."""

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms, crl, pem

from signatures import trust as trusts
from signatures.trust import Trust
from signatures.verdict import Status, Unusable
from tests.signatures import forge
from tests.signatures.world import World, now, outcome


@pytest.fixture(params=["ec", "gost256:A"])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return World(tmp_path / "own", request.param, small=True)


def believing(world: World, *crls: bytes, between: tuple[str, ...] = ("centre",)) -> Trust:
    return Trust.of([world.pki.read("root.pem")], [world.pki.read(f"{b}.pem") for b in between], crls)


def test_a_person_cannot_issue_certificates(own: World) -> None:
    own.pki._register("good")
    own.pki.issue("pupil", "good", own.algorithm)
    lists = [own.pki.crl(by) for by in ("root", "centre", "good")]
    verdict = own.verdict(own.signature("pupil"), trust=believing(own, *lists, between=("centre", "good")))
    assert verdict.status is Status.INVALID
    assert outcome(verdict, "chain") == "failed"
    assert not own.pki.verifies(own.signature("pupil"), None, "root")


def test_a_centre_below_the_allowed_depth_is_refused(own: World) -> None:
    own.pki.issue("deeper", "centre", own.algorithm, "centre", "/C=RU/CN=Глубже")
    own.pki.issue("deep", "deeper", own.algorithm)
    lists = [own.pki.crl(by) for by in ("root", "centre", "deeper")]
    verdict = own.verdict(own.signature("deep"), trust=believing(own, *lists, between=("centre", "deeper")))
    assert verdict.status is Status.INVALID
    assert outcome(verdict, "chain") == "failed"


def test_a_revoked_centre_takes_its_people_with_it(own: World) -> None:
    before = own.verdict(own.signature(), trust=believing(own, own.pki.crl("root"), own.pki.crl("centre")))
    own.pki.revoke("centre", "root")
    after = own.verdict(own.signature(), trust=believing(own, own.pki.crl("root"), own.pki.crl("centre")))
    assert (before.status, after.status) == (Status.VALID, Status.INVALID)
    assert outcome(after, "revocation") == "failed"


def test_of_two_lists_the_one_that_names_the_certificate_counts(own: World) -> None:
    old = own.pki.crl("centre", "old.crl")
    own.pki.revoke("good", "centre")
    new, root = own.pki.crl("centre", "new.crl"), own.pki.crl("root")
    for lists in ((old, new), (new, old)):
        assert own.verdict(own.signature(), trust=believing(own, root, *lists)).status is Status.INVALID
    assert own.verdict(own.signature(), trust=believing(own, root, old)).status is Status.VALID


@pytest.mark.parametrize(
    ("days", "status"), [((-9, -1), Status.UNDETERMINED), ((1, 9), Status.UNDETERMINED), ((-1, 1), Status.VALID)]
)
def test_only_a_list_of_today_speaks_of_today(own: World, days: tuple[int, int], status: Status) -> None:
    trust = believing(own, own.pki.crl("root"), own.pki.crl("centre", days=days))
    assert own.verdict(own.signature(), trust=trust).status is status


def test_a_list_carried_in_the_signature_is_judged_like_ours(own: World) -> None:
    """Anyone may bring a list; only its signature makes it one."""
    trust = believing(own, own.pki.crl("root"))
    good = pem.unarmor(own.pki.crl("centre"))[2]
    assert own.verdict(own.signature(), trust=trust).status is Status.UNDETERMINED
    assert own.verdict(carrying(own.signature(), good), trust=trust).status is Status.VALID
    forged = good[:-3] + bytes([good[-3] ^ 1]) + good[-2:]
    assert own.verdict(carrying(own.signature(), forged), trust=trust).status is Status.UNDETERMINED
    own.pki.revoke("good", "centre")
    assert (
        own.verdict(carrying(own.signature(), pem.unarmor(own.pki.crl("centre"))[2]), trust=trust).status
        is Status.INVALID
    )


def carrying(signature: bytes, der: bytes) -> bytes:
    outer = cms.ContentInfo.load(signature)
    outer["content"]["crls"] = [cms.RevocationInfoChoice("crl", crl.CertificateList.load(der))]
    return forge.rebuilt(outer)


def test_folders_are_read_and_self_signed_certificates_are_the_roots(own: World, tmp_path: Path) -> None:
    roots, crls = tmp_path / "roots", tmp_path / "crls"
    roots.mkdir()
    crls.mkdir()
    (roots / "all.pem").write_bytes(own.pki.read("root.pem") + own.pki.read("centre.pem"))
    (roots / "notes.txt").write_text("not a certificate")
    for by in ("root", "centre"):
        (crls / f"{by}.crl").write_bytes(own.pki.crl(by))
    found = trusts.folders(roots, crls)
    assert (len(found.roots), len(found.intermediates), len(found.crls)) == (1, 1, 2)
    assert own.verdict(own.signature(), trust=found, at=now() + timedelta(minutes=1)).status is Status.VALID


def test_a_broken_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no folder"):
        trusts.folders(tmp_path / "nowhere")
    with pytest.raises(Unusable, match="no root"):
        trusts.folders(tmp_path)
    (tmp_path / "bad.crt").write_bytes(b"rubbish")
    with pytest.raises(Unusable, match="not a certificate"):
        trusts.folders(tmp_path)
    with pytest.raises(Unusable, match="revoked"):
        Trust.of([], [], [b"rubbish"])
