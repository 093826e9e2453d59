"""The demonstration centre, lists of revoked certificates by themselves, certificates before they sign anything."""

from datetime import UTC, datetime

import pytest

from signatures import demo_centre, holder, lists, seal, verify
from signatures.trust import Trust
from signatures.verdict import Status, Unusable, Verdict
from tests.signatures.authority import CLERK, FIRM, centre, crl, key_of, signed, trust


def judged(signature: bytes, believed: Trust, data: bytes = b"paper") -> Verdict:
    return verify.detached(data, signature, believed, datetime.now(UTC))[0]


def test_a_demonstration_certificate_signs_and_its_twins_do_not() -> None:
    good = judged(signed(b"paper"), trust())
    assert (good.status, good.qualified) == (Status.VALID, True)
    assert good.certificate is not None
    assert good.certificate.inn_legal == FIRM.inn_legal
    assert judged(signed(b"paper"), trust(), b"papeR").status is Status.INVALID
    assert judged(signed(b"paper", fate="revoked"), trust(key_of(FIRM, "revoked"))).status is Status.INVALID
    assert judged(signed(b"paper", fate="expired"), trust()).status is Status.INVALID
    assert judged(signed(b"paper", fate="stranger"), trust()).status is Status.UNDETERMINED
    assert judged(signed(b"paper"), Trust.of([centre().der])).status is Status.UNDETERMINED, "no list, no yes"
    assert not judged(signed(b"paper", fate="plain"), trust()).qualified


def test_a_list_is_taken_only_when_a_centre_of_ours_has_signed_it() -> None:
    facts, der = lists.read(crl(key_of(FIRM, "revoked")), Trust.of([centre().der]))
    assert (facts.issuer, facts.entries) == (demo_centre.NAME, 1)
    assert lists.read(der, Trust.of([centre().der]))[0] == facts
    foreign = demo_centre.crl(centre("Другой УЦ"))
    for data in (foreign, b"", b"<html>", crl()[:-3], crl() + b"x"):
        with pytest.raises(Unusable):
            lists.read(data, Trust.of([centre().der]))


def test_a_certificate_is_read_from_its_file_and_from_a_signature() -> None:
    now = datetime.now(UTC)
    plain = holder.read(key_of(FIRM).chain[0], trust(), now)
    assert (plain.source, plain.doubt, plain.refuted) == ("file", "", False)
    inside = holder.read(seal.sign(b"anything", key_of(FIRM)), trust(), now)
    assert (inside.source, inside.der) == ("signature", plain.der)


@pytest.mark.parametrize(("fate", "refuted"), [("revoked", True), ("expired", True), ("stranger", False)])
def test_a_certificate_that_would_not_be_accepted_says_why(fate: str, refuted: bool) -> None:
    believed = trust(key_of(CLERK, "revoked"))
    held = holder.read(key_of(CLERK, fate).chain[0], believed, datetime.now(UTC))
    assert held.refuted is refuted
    assert held.doubt


def test_what_is_no_certificate_is_said_so() -> None:
    for data in (b"", b"paper", b"\x30\x03\x02\x01\x01"):
        with pytest.raises(Unusable):
            holder.read(data, trust(), datetime.now(UTC))


def test_only_a_centre_is_proposed_as_a_centre() -> None:
    assert holder.is_root(centre().der)
    assert holder.centre(centre().der)[1].owner == demo_centre.NAME
    with pytest.raises(Unusable):
        holder.centre(key_of(FIRM).chain[0])
