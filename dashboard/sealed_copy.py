"""A copy of a paper with the company's signature inside (PAdES), made from the stored bytes when somebody asks for it.

The stored paper and its hash stay what everybody signs and checks. The copy is kept nowhere, and none leaves before its signature has
been verified."""

from datetime import UTC, datetime
from threading import BoundedSemaphore

from dashboard import trust
from dashboard.evidence import NO_SEAL
from infra.storage import Storage
from models.document.queries import OWN
from models.document.tables import Document, DocumentState
from models.process.errors import NotReady
from models.process.words import N_
from signatures import seal
from signatures.verdict import Outcome, Status, Unusable

_PLACES = BoundedSemaphore(2)  # made at the same time: reading a large PDF takes its while
IN_FORCE = (DocumentState.STORED, DocumentState.PLACED)


def may(paper: Document) -> bool:
    """The company has sealed it and it is in force: what was annulled or replaced is never signed anew."""
    return bool(paper.seal_key and paper.pdf_key) and paper.state in IN_FORCE


def made(paper: Document, store: Storage) -> bytes:
    """The stored bytes with one addition at their end. A customer's own document gets a visible stamp; a paper of ours shows one among
    its words. Raises NotReady; Missing, Damaged of the store."""
    if not _PLACES.acquire(timeout=10):
        raise NotReady(why=N_("Many copies are being made now. Try again in a minute"))
    try:
        own = trust.own_seal()
        if own is None:
            raise NotReady(why=NO_SEAL)
        return _proved(store.get(paper.pdf_key or ""), own, stamped=paper.kind == OWN)
    except Unusable as error:
        raise NotReady(why=error.template) from error
    finally:
        _PLACES.release()


def _proved(data: bytes, own: seal.Seal, *, stamped: bool) -> bytes:
    """Raises Unusable."""
    from signatures import pades  # reading PDF takes half a second to import

    now = datetime.now(UTC)  # a certificate lives by the world's clock
    signed = seal.pades(data, own, now, stamped=stamped)
    *earlier, ours = pades.verify(signed, own.trust, now)  # in the order of signing
    if ours.status is not Status.VALID or not signed.startswith(data):
        raise Unusable(N_("The signature that was just made does not hold: call us"))
    if any(c.code == "changes" and c.outcome is Outcome.FAILED for v in earlier for c in v.checks):
        raise Unusable(
            N_("The PDF bears a signature that forbids another one: take the document and the signature file")
        )
    return signed
