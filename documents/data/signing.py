"""The protocol of signing: what was signed, by whom, how, and what proves it."""

from typing import TypedDict

from documents.data.common import Base


class SignedPaper(TypedDict):
    seq: int
    title: str
    number: str
    version: int
    size: int  # bytes
    sha256: str  # when it was put in
    sha256_after: str  # of the stored bytes, read anew after the last signature
    streebog: str  # ГОСТ Р 34.11-2012, 256 bits; or ""


class SigningParty(TypedDict):
    name: str
    side: str  # "заявитель"
    turn: int
    state: str  # "подписал"
    at: str  # "13.11.2026 10:12:05 (МСК)" or ""
    reason: str


class PartySignature(TypedDict):
    name: str
    method: str  # "простая электронная подпись"
    at: str
    papers: str  # "№ 1/26, № 2/26"
    evidence: list[str]


class SigningEvent(TypedDict):
    seq: int
    at: str
    what: str
    who: str
    address: str
    hash: str  # first 16 characters of the journal row's hash


class SigningProtocol(TypedDict):
    envelope: int  # its number among envelopes
    number: str
    title: str
    opened: str
    completed: str
    bound_to: str  # sha256 over all papers
    needed: int
    ordered: bool
    papers: list[SignedPaper]
    parties: list[SigningParty]
    signatures: list[PartySignature]
    journal: list[SigningEvent]


class SigningProtocolData(Base):
    protocol: SigningProtocol
