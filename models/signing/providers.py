"""The ways to sign as one interface: which this party may choose, and which are only listed with the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from models.process.words import N_
from models.signing.tables import Method, Signer


class SignatureProvider(Protocol):
    """One way to sign. `closed` says why nobody can choose it here; empty when it works."""

    @property
    def name(self) -> str: ...

    @property
    def method(self) -> Method: ...

    @property
    def title(self) -> str: ...

    @property
    def hint(self) -> str: ...

    @property
    def closed(self) -> str: ...


@dataclass(frozen=True)
class Way:
    """A provider that is nothing but words: what it does stands in `sign` and on its page."""

    name: str
    method: Method
    title: str
    hint: str
    closed: str = ""


PROVIDERS: tuple[SignatureProvider, ...] = (
    Way(
        "code",
        Method.CODE,
        N_("By a code from an e-mail"),
        N_("Simple electronic signature. You need only your e-mail."),
    ),
    Way(
        "upload",
        Method.CERTIFICATE,
        N_("By a certificate, in your own program"),
        N_("Download the papers, sign them in your program (КриптоАРМ, КриптоПро and others), send us the .sig files."),
    ),
    Way(
        "paper",
        Method.PAPER,
        N_("On paper, in our office"),
        N_("Come with a passport: we print the papers, you sign them, we attach the scan."),
    ),
    Way(
        "goskey",
        Method.CERTIFICATE,
        N_("Госключ"),
        N_("Signing in the application «Госключ»."),
        N_("Not connected: the company has no contract with the operator of «Госключ»."),
    ),
    Way(
        "plugin",
        Method.CERTIFICATE,
        N_("Browser plug-in"),
        N_("Signing right on this page with the plug-in of КриптоПро."),
        N_("Not connected: sign in your own program and send us the file."),
    ),
)


def offered(signer: Signer) -> Sequence[SignatureProvider]:
    """What is shown to this party: ways it may use, then those that are not connected, with the reason."""
    mine = [p for p in PROVIDERS if p.method in signer.methods]
    return sorted(mine, key=lambda p: bool(p.closed))


def choosable(signer: Signer) -> Sequence[SignatureProvider]:
    return [p for p in offered(signer) if not p.closed]
