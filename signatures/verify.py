"""The door: a document and its signature in, verdicts out. Never asks the network, never looks at the clock, never raises
because of what it was given: what cannot be read is invalid."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import BinaryIO

from signatures import message, signer
from signatures.cms import Case
from signatures.digests import Content
from signatures.message import Message
from signatures.trust import Trust
from signatures.verdict import NAMES, UNREADABLE, Check, Outcome, Status, Unusable, Verdict, overall

_log = logging.getLogger(__name__)
Document = bytes | BinaryIO


def detached(data: Document, signature: bytes, trust: Trust, at: datetime) -> list[Verdict]:
    """One verdict a signer of a detached CMS (.sig, .p7s: DER, BER, PEM or base64) over `data`. `at`: our time, aware UTC.

    A signature that carries a document of its own is valid only when it is the same document.
    """
    return guarded(at, lambda: _detached(data, signature, trust, at))


def _detached(data: Document, signature: bytes, trust: Trust, at: datetime) -> list[Verdict]:
    found = message.read(signature)
    return _each(found, [Content.of(data), *_inside(found)], trust, at)


def attached(signature: bytes, trust: Trust, at: datetime) -> tuple[bytes | None, list[Verdict]]:
    """The document inside an attached CMS and one verdict a signer; no document when nothing can be read."""
    inside: list[bytes] = []

    def job() -> list[Verdict]:
        found = message.read(signature)
        if found.content is None:
            raise Unusable(UNREADABLE)
        inside.append(found.content)
        return _each(found, _inside(found), trust, at)

    verdicts = guarded(at, job)
    return (inside[0] if inside else None), verdicts


def _inside(found: Message) -> list[Content]:
    return [] if found.content is None else [Content.of(found.content)]


def _each(found: Message, contents: list[Content], trust: Trust, at: datetime) -> list[Verdict]:
    """Every content must be the signed one: the worse verdict of a signer stands."""
    verdicts = []
    for info in found.signers:
        cases = [Case(found, content, trust, at) for content in contents]
        verdicts.append(overall([guarded_one(at, partial(signer.check, info, case)) for case in cases]))
    return verdicts


def guarded_one(at: datetime, job: Callable[[], Verdict]) -> Verdict:
    return guarded(at, lambda: [job()])[0]


def guarded(at: datetime, job: Callable[[], list[Verdict]]) -> list[Verdict]:
    """Any exception is one invalid verdict. An unaware `at` is the caller's error and is raised."""
    if at.tzinfo is None:
        raise ValueError("the time of checking must be aware")
    try:
        return job()
    except Unusable as unusable:
        return [refused(at, unusable.template)]
    except Exception as error:
        _log.info("verifying ended by %s", type(error).__name__)
        return [refused(at, UNREADABLE)]


def refused(at: datetime, reason: str) -> Verdict:
    """Nothing could be read: invalid, with the one check that failed."""
    check = Check("form", NAMES["form"], Outcome.FAILED, reason)
    return Verdict(Status.INVALID, "", None, None, at, (check,), reason)
