"""Whatever somebody hands over: a document with a signature beside it, a signature with its document inside, a signed PDF."""

from datetime import datetime
from typing import BinaryIO

from models.process.words import N_
from signatures import message, verify
from signatures.trust import Trust
from signatures.verdict import Unusable, Verdict

NO_SIGNATURE = N_("The file carries no signature: give the signature file too")
_HEAD = 1024


def is_pdf(file: BinaryIO) -> bool:
    """By its first bytes, as viewers decide it."""
    file.seek(0)
    return b"%PDF-" in file.read(_HEAD)


def judge(document: BinaryIO, signature: bytes | None, trust: Trust, at: datetime) -> list[Verdict]:
    """One verdict a signature. Raises Unusable when there is nothing that could be a signature."""
    if signature is not None:
        return verify.detached(document, signature, trust, at)
    if is_pdf(document):
        from signatures import pades  # half a second to import, and only signed PDFs need it

        found = pades.verify(document, trust, at)
        if [v.reason for v in found] == [pades.NOT_SIGNED]:
            raise Unusable(NO_SIGNATURE)
        return found
    document.seek(0)
    whole = document.read()
    if not message.looks_like(whole):
        raise Unusable(NO_SIGNATURE)
    return verify.attached(whole, trust, at)[1]
