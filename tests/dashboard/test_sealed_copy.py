"""A copy of a paper with the company's signature inside: made on request, accepted by the check page, never made of what has ended."""

import hashlib
import io
import subprocess
from pathlib import Path

import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm
from pyhanko_certvalidator.registry import SimpleCertificateStore

from dashboard import sealed_copy, trust
from dashboard.public import forms
from documents.issue import render
from documents.sample import sample
from infra import clock, storage
from models.document import actions
from models.document.queries import OWN
from models.document.tables import Document
from models.process.errors import NotReady
from signatures import pades, seal
from signatures.verdict import Status, overall
from tasks.sealing import sealed, utility_seal
from tests.dashboard.conftest import Site
from tests.signatures.test_pades import note, updated

INSIDE = "Внутри — документ, который выдала сетевая организация"


@pytest.fixture
def paper(site: Site) -> bytes:
    """The paper of the site becomes a real one, sealed by this installation."""
    pdf = render("guide", sample("guide", "company")).pdf
    store, (proof, owner) = storage.storage(), sealed(pdf)
    with site.database.transaction() as session:
        row = session.get_one(Document, site.paper.id)
        row.pdf_key, row.pdf_sha256, row.pdf_size = store.put(pdf), hashlib.sha256(pdf).hexdigest(), len(pdf)
        row.seal_key, row.sealed_by = store.put(proof), owner
        session.add(row)
    return pdf


def copy_of(site: Site) -> bytes:
    answer = site.sign_in(site.applicant.login).get(f"/files/{site.paper.id}?form=signed")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    return bytes(answer.content)


def dropped(site: Site, document: bytes) -> str:
    client = site.visitor()
    client.get("/check")
    files = {"document": ("x.pdf", io.BytesIO(document))}
    return str(client.post("/check/file", files=files, data={"csrf": client.cookies[forms.cookie_name()]}).text)


def test_the_copy_is_the_stored_paper_and_a_signature_that_others_find_valid(
    site: Site, paper: bytes, tmp_path: Path
) -> None:
    made = copy_of(site)
    assert made.startswith(paper)
    assert overall(pades.verify(made, trust.believed(), clock.now())).status is Status.VALID
    (tmp_path / "copy.pdf").write_bytes(made)
    told = subprocess.run(["pdfsig", tmp_path / "copy.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_the_check_page_leads_from_the_copy_to_the_paper_and_not_from_its_tampered_twins(
    site: Site, paper: bytes
) -> None:
    made = copy_of(site)
    page = dropped(site, made)
    assert "Подпись подлинная, документ не изменён" in page
    assert INSIDE in page
    assert "000123/26-ТУ" in page
    assert "Документ действует" in page
    other = seal.pades(updated(paper, note), utility_seal())
    twins = [made[:3000] + bytes([made[3000] ^ 1]) + made[3001:], updated(made, note), other, made + b"\n%more\n"]
    twins.append(seal.pades(paper, seal.load(seal.demonstration("АО «Приозёрские электросети»", "x"), "x")))
    for n, twin in enumerate(twins):
        assert INSIDE not in dropped(site, twin), n


def test_what_has_ended_is_not_signed_anew_and_the_page_says_so_of_an_earlier_copy(site: Site, paper: bytes) -> None:
    made = copy_of(site)
    with site.database.transaction() as session:
        actions.annul(session, site.paper.application_id, {site.paper.kind}, clock.now())
    assert site.sign_in(site.applicant.login).get(f"/files/{site.paper.id}?form=signed").status_code == 404
    page = dropped(site, made)
    assert INSIDE in page
    assert "Документ больше не действует" in page


def test_a_stranger_gets_no_copy(site: Site, paper: bytes) -> None:
    assert site.sign_in(site.stranger.login).get(f"/files/{site.paper.id}?form=signed").status_code == 404
    assert site.visitor().get(f"/files/{site.paper.id}?form=signed").status_code == 303


def test_a_document_of_a_customer_shows_the_stamp_and_one_that_cannot_be_signed_says_so(
    site: Site, paper: bytes
) -> None:
    store, row = storage.storage(), Document(**site.paper.model_dump() | {"kind": OWN})
    row.pdf_key = store.put(paper)
    assert b"/AP" in sealed_copy.made(row, store)[len(paper) :]
    for refused in (b"%PDF-1.7 broken", certified(paper)):
        row.pdf_key = store.put(refused)
        with pytest.raises(NotReady):
            sealed_copy.made(row, store)


def certified(paper: bytes) -> bytes:
    """Signed by its author, who allows no addition at all."""
    key = utility_seal()
    author = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(key.chain[0]), cert_registry=SimpleCertificateStore(),
        signing_key=keys.PrivateKeyInfo.load(key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),  # type: ignore[union-attr]
    )  # fmt: skip
    meta = signers.PdfSignatureMetadata(
        field_name="Author", md_algorithm="sha256", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES
    )
    return bytes(signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper)), meta, signer=author).getvalue())
