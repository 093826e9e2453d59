"""The file that a signed PDF was before it was signed: its hash leads from a sealed copy to the paper in the register. Judges nothing:
ask only of a file whose signature was found valid."""

import hashlib
from typing import BinaryIO

from signatures.pades import signatures_of

_END = b"%%EOF"
_BREAKS = (b"", b"\n", b"\r\n", b"\r")


def sums(file: BinaryIO) -> tuple[str, ...]:
    """SHA-256 (hex) of the bytes below the only signature of the PDF, with and without the line break after them. Nothing when it bears
    several, or when anything was added after it: then more than a signature may stand above. Raises Unusable: not a PDF."""
    found = signatures_of(file)
    if len(found) != 1 or not 0 < found[0].signed_revision == found[0].reader.xrefs.total_revisions - 1:
        return ()
    table = found[0].reader.xrefs.get_xref_container_info(found[0].signed_revision - 1)
    file.seek(0)
    whole = file.read()
    end = whole.find(_END, table.end_location) + len(_END)
    below = hashlib.sha256(whole[:end])
    made = []
    for each in _BREAKS:
        if whole.startswith(each, end):
            longer = below.copy()
            longer.update(each)
            made.append(longer.hexdigest())
    return tuple(made)
