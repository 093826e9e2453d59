"""Signed PDFs: further signatures are fine, changed pages are not; attacks on the covered range are refused. Some are signed by
pyHanko itself, so that not only our own seals are read."""

import io
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from documents.issue import render
from documents.sample import sample
from signatures import pades, seal
from signatures.trust import Trust
from signatures.verdict import Outcome, Status, overall
from tests.signatures.conftest import Worlds
from tests.signatures.test_seal import seal_of
from tests.signatures.test_tampering import changes, mutated
from tests.signatures.world import World, now, outcome

BOTH = ["rsa", "gost256:A"]


@pytest.fixture(scope="session")
def paper() -> bytes:
    return render("conditions", sample("conditions", "company")).pdf


@pytest.fixture(scope="session")
def sealed_once(worlds: Worlds, paper: bytes) -> bytes:
    return seal.pades(paper, seal_of(worlds("rsa"), above=()), now())


@pytest.fixture(params=BOTH)
def either(request: pytest.FixtureRequest, worlds: Worlds) -> World:
    return worlds(request.param)


def updated(pdf: bytes, change: Any) -> bytes:
    """An addition at the end of the file, as an editor would save it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def other_text(writer: Any) -> None:
    page, _ = writer.find_page_for_modification(0)
    found = page.get_object()
    found["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 12 Tf (10 000 000) Tj ET"))
    writer.update_container(found)


def other_box(writer: Any) -> None:
    page, _ = writer.find_page_for_modification(0)
    found = page.get_object()
    found["/MediaBox"] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 100, 100))
    writer.update_container(found)


def note(writer: Any) -> None:
    page, _ = writer.find_page_for_modification(0)
    found = page.get_object()
    words = generic.DictionaryObject({generic.pdf_name("/Type"): generic.pdf_name("/Annot")})
    words[generic.pdf_name("/Subtype")] = generic.pdf_name("/FreeText")
    words[generic.pdf_name("/Rect")] = generic.ArrayObject(generic.NumberObject(n) for n in (50, 50, 200, 90))
    words[generic.pdf_name("/Contents")] = generic.pdf_string("Сумма 10 000 000")
    found["/Annots"] = generic.ArrayObject([writer.add_object(words)])
    writer.update_container(found)


@pytest.mark.parametrize("change", [other_text, other_box, note])
def test_pages_changed_after_signing_are_invalid(either: World, paper: bytes, change: Any) -> None:
    sealed = seal.pades(paper, seal_of(either), now())
    assert overall(pades.verify(sealed, either.trust, now())).status is Status.VALID
    verdict = overall(pades.verify(updated(sealed, change), either.trust, now()))
    assert verdict.status is Status.INVALID
    assert outcome(verdict, "changes") == "failed"


def test_a_second_signature_leaves_the_first_one_valid(either: World, paper: bytes) -> None:
    first = seal.pades(paper, seal_of(either), now())
    both = seal.pades(first, seal_of(either, "second"), now())
    found = pades.verify(both, either.trust, now())
    assert [v.status for v in found] == [Status.VALID, Status.VALID], found
    assert [v.signer for v in found] == ["Иванов Иван good", "Иванов Иван second"]


def test_a_picture_of_a_later_signature_that_may_cover_the_text_is_told(rsa: World, paper: bytes) -> None:
    first, key = seal.pades(paper, seal_of(rsa), now(), stamped=False), seal_of(rsa, "second")
    for stamped, told in ((True, [["pictures"], []]), (False, [[], []])):
        found = pades.verify(seal.pades(first, key, now(), stamped=stamped), rsa.trust, now())
        assert [v.status for v in found] == [Status.VALID, Status.VALID]
        assert [[c.code for c in v.checks if c.code == "pictures"] for v in found] == told


def test_what_would_take_an_hour_to_look_through_is_a_doubt(
    rsa: World, paper: bytes, sealed_once: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of pages with dozens of additions would keep everybody else from the page of checks."""
    both = seal.pades(sealed_once, seal_of(rsa, "second"), now())
    monkeypatch.setattr(pades, "MOST_LABOUR", 100)
    found = pades.verify(both, rsa.trust, now())
    assert {v.status for v in found} == {Status.UNDETERMINED}
    assert outcome(found[0], "changes") == "unknown"
    assert overall(pades.verify(updated(both, other_text), rsa.trust, now())).status is not Status.VALID


def test_a_change_between_two_signatures_refutes_the_first(either: World, paper: bytes) -> None:
    first = updated(seal.pades(paper, seal_of(either), now()), other_text)
    found = pades.verify(seal.pades(first, seal_of(either, "second"), now()), either.trust, now())
    assert [v.status for v in found] == [Status.INVALID, Status.VALID]


@pytest.mark.parametrize("owner", ["revoked", "expired", "stranger"])
def test_a_certificate_with_a_fault_never_signs_a_pdf_validly(either: World, paper: bytes, owner: str) -> None:
    sealed = seal.pades(paper, seal_of(either, owner), now())
    assert overall(pades.verify(sealed, either.trust, now())).status is not Status.VALID


def test_without_a_list_of_revoked_certificates_a_pdf_is_a_doubt(either: World, paper: bytes) -> None:
    bare = Trust(either.trust.roots, either.trust.intermediates)
    verdict = overall(pades.verify(seal.pades(paper, seal_of(either), now()), bare, now()))
    assert verdict.status is Status.UNDETERMINED


def test_any_changed_byte_of_a_sealed_pdf_is_seen(either: World, paper: bytes) -> None:
    sealed = seal.pades(paper, seal_of(either, above=()), now())  # what is only carried along is nobody's proof
    start = sealed.index(b"/Contents <", len(paper))
    places = [*range(0, len(paper), 9001), *range(len(paper), start, 211), *range(start + 12, start + 2600, 53)]
    places += range(sealed.index(b">", start), len(sealed), 37)
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert overall(pades.verify(bytes(changed), either.trust, now())).status is not Status.VALID, place


def _byte_range(pdf: bytes, numbers: str) -> bytes:
    start = pdf.rindex(b"/ByteRange")
    end = pdf.index(b"]", start) + 1
    return pdf[:start] + f"/ByteRange [{numbers}]".encode().ljust(end - start) + pdf[end:]


@pytest.mark.parametrize(
    "numbers", ["0 10 20 30", "0 0 0 0", "5 10 20 30", "0 10", "-1 5 9 9", "0 99999999 999999999 1"]
)
def test_a_covered_range_that_leaves_gaps_is_invalid(rsa: World, paper: bytes, numbers: str) -> None:
    changed = _byte_range(seal.pades(paper, seal_of(rsa), now()), numbers)
    assert overall(pades.verify(changed, rsa.trust, now())).status is Status.INVALID


def test_text_behind_the_signed_part_is_not_covered(either: World, paper: bytes) -> None:
    sealed = seal.pades(paper, seal_of(either), now())
    verdict = overall(pades.verify(sealed + b"\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", either.trust, now()))
    assert verdict.status is not Status.VALID


def test_a_signature_moved_into_another_pdf_is_invalid(either: World, paper: bytes) -> None:
    stamp, at = seal_of(either), now()
    other = render("invoice", sample("invoice", "company")).pdf
    mine, theirs = seal.pades(paper, stamp, at), seal.pades(other, stamp, at)
    value = theirs[theirs.rindex(b"/Contents <") :].split(b">")[0]
    place = mine.rindex(b"/Contents <")
    moved = mine[:place] + value + mine[place + len(value) :]
    assert len(moved) == len(mine)
    assert overall(pades.verify(moved, either.trust, now())).status is Status.INVALID


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n9\n%%EOF", b"no pdf at all"])
def test_what_is_no_pdf_is_invalid_and_never_an_error(rsa: World, data: bytes) -> None:
    assert overall(pades.verify(data, rsa.trust, now())).status is Status.INVALID


def test_a_pdf_without_a_signature_says_so(rsa: World, paper: bytes) -> None:
    verdict = overall(pades.verify(paper, rsa.trust, now()))
    assert (verdict.status, verdict.reason) == (Status.INVALID, pades.NOT_SIGNED)


@pytest.mark.parametrize(
    ("algorithm", "subfilter"), [("rsa", "PADES"), ("ec", "PADES"), ("rsa", "ADOBE_PKCS7_DETACHED")]
)
def test_a_pdf_signed_by_another_program_is_read(worlds: Worlds, paper: bytes, algorithm: str, subfilter: str) -> None:
    world = worlds(algorithm)
    folder = world.pki.folder
    other = signers.SimpleSigner.load(
        str(folder / "good.key"), str(folder / "good.pem"), ca_chain_files=[str(folder / "centre.pem")]
    )
    meta = signers.PdfSignatureMetadata(
        field_name="Договор", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter[subfilter]
    )
    signed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper)), meta, signer=other).getvalue()
    verdict = overall(pades.verify(signed, world.trust, now()))
    assert outcome(verdict, "document") == "passed"
    assert verdict.status is Status.VALID, verdict
    assert overall(pades.verify(signed.replace(b"%PDF-1.7", b"%PDF-1.6"), world.trust, now())).status is Status.INVALID


def test_rsa_has_the_second_opinion_and_gost_does_not_need_it(worlds: Worlds, paper: bytes) -> None:
    opinions = {}
    for algorithm in BOTH:
        world = worlds(algorithm)
        verdict = overall(pades.verify(seal.pades(paper, seal_of(world), now()), world.trust, now()))
        opinions[algorithm] = [c.outcome for c in verdict.checks if c.code == "second"]
    assert opinions == {"rsa": [Outcome.PASSED], "gost256:A": []}


def test_the_stated_time_of_a_pdf_is_told(rsa: World, paper: bytes) -> None:
    at = now() - timedelta(minutes=1)
    verdict = overall(pades.verify(seal.pades(paper, seal_of(rsa), at), rsa.trust, now()))
    assert verdict.signed_at == at.replace(microsecond=0)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=changes)
def test_mutated_pdfs_neither_crash_nor_pass(
    rsa: World, paper: bytes, sealed_once: bytes, edits: list[tuple[int, str, bytes]]
) -> None:
    """Edits fall into the part that signing added: the tables and the signature itself."""
    sealed, start = sealed_once, len(paper)
    changed = sealed[:start] + mutated(sealed[start:], [(place * 9, how, new) for place, how, new in edits])
    if overall(pades.verify(changed, rsa.trust, now())).status is Status.VALID:
        assert changed.lower() == sealed.lower()  # hexadecimal digits may be written small or large


def test_a_form_with_fields_without_end_is_refused_before_it_is_read(worlds: Worlds) -> None:
    """A file of ten megabytes may refer to one field a million times: minutes of a public page."""
    objects = [b"<</Type/Catalog/AcroForm 2 0 R>>", b"<</Fields[" + b"3 0 R " * (pades.MOST_FIELDS + 1) + b"]>>", b"<</FT/Tx/T(a)>>"]  # fmt: skip
    made, places = io.BytesIO(b"%PDF-1.7\n"), []
    made.seek(0, io.SEEK_END)
    for number, body in enumerate(objects, 1):
        places.append(made.tell())
        made.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = made.tell()
    made.write(
        b"xref\n0 4\n0000000000 65535 f \n" + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % end
    )
    (found,) = pades.verify(made.getvalue(), Trust(), now())
    assert (found.status, found.reason) == (Status.INVALID, "The PDF cannot be read"), "not merely unsigned"
