"""Files that come with an appeal or go with its answer: sniffed first, kept only when nothing is wrong with what they came with."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dashboard.files import Upload, clean_name, sniff
from infra import storage
from models.appeal.actions import File

Pair = tuple[File, bytes]


def described(uploads: Iterable[Upload]) -> list[Pair]:
    """What was sent, not kept yet."""
    return [one(u.name, u.getvalue()) for u in uploads]


def one(name: str, data: bytes) -> Pair:
    return File(clean_name(name), sniff(data), len(data), "", hashlib.sha256(data).hexdigest()), data


def stored(pairs: Sequence[Pair]) -> list[File]:
    """The same files with their bytes in the store. No transaction may be open."""
    return [replace(file, key=storage.storage().put(data)) for file, data in pairs]
