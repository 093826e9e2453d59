"""What a verdict stood on: the root, the certificates between and the lists of revoked ones that were asked. Kept with a
signature, they let anybody make the same verdict years later, without us and without the network."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signatures import chain, message, verify
from signatures.trust import Trust
from signatures.verdict import Broken, Status, Unusable, overall


@dataclass(frozen=True)
class Grounds:
    """DER bytes, ready for Trust.of."""

    roots: tuple[bytes, ...]
    between: tuple[bytes, ...]
    lists: tuple[bytes, ...]

    @property
    def trust(self) -> Trust:
        return Trust.of(self.roots, self.between, self.lists)


def of(data: bytes, signature: bytes, trust: Trust, at: datetime) -> Grounds:
    """The few certificates and lists that are enough for the same valid verdict; all of them where fewer are not (a time
    stamp has a way of its own). Only for a signature that was found valid."""
    few = _few(signature, trust)
    enough = few is not None and overall(verify.detached(data, signature, few.trust, at)).status is Status.VALID
    return few if few is not None and enough else _whole(trust)


def _few(signature: bytes, trust: Trust) -> Grounds | None:
    try:
        ways = list(_ways(signature, trust))
    except (Broken, Unusable):
        return None
    centres = {each.subject.dump() for way in ways for each in way[1:]}
    lists = [each for each in trust.crls if each.issuer.dump() in centres]
    between = [c for way in ways for c in way[1:-1]]
    return Grounds(_der(way[-1] for way in ways), _der(between), _der(lists))


def _ways(signature: bytes, trust: Trust) -> Iterator[list[Any]]:
    found = message.read(signature)
    for info in found.signers:
        own = message.signer_certificate(info, found.carried)
        yield chain.find(own, found.carried, trust)


def _whole(trust: Trust) -> Grounds:
    return Grounds(_der(trust.roots), _der(trust.intermediates), _der(trust.crls))


def _der(found: Any) -> tuple[bytes, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(bytes(each.dump()) for each in found))
