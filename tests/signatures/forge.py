"""Signatures that an honest program would not write: attributes changed and signed again with the owner's real key."""

from collections.abc import Callable
from typing import Any

from asn1crypto import cms

from tests.signatures.world import World

Change = Callable[[list[Any]], list[Any]]


def resigned(world: World, signature: bytes, change: Change, owner: str = "good") -> bytes:
    """The same signature after `change` of its signed attributes; OpenSSL makes the new value."""
    outer = cms.ContentInfo.load(signature)
    info = outer["content"]["signer_infos"][0]
    kept = [cms.CMSAttribute.load(a.dump()) for a in info["signed_attrs"]]
    info["signed_attrs"] = cms.CMSAttributes(change(kept))
    info["signature"] = value(world, owner, info["signed_attrs"].untag().dump(force=True))
    return rebuilt(outer)


def value(world: World, owner: str, data: bytes) -> bytes:
    words = ("dgst", f"-{world.pki.digest(owner)}", "-sign", f"{owner}.key", "-binary")
    return world.pki.run(*words, data=data).stdout


def edited(signature: bytes, edit: Callable[[Any], None]) -> bytes:
    """The same signature after an edit of its SignerInfo, the value left as it was."""
    outer = cms.ContentInfo.load(signature)
    edit(outer["content"]["signer_infos"][0])
    return rebuilt(outer)


def rebuilt(outer: Any) -> bytes:
    return bytes(outer.dump())


def without(kind: str) -> Change:
    return lambda attributes: [a for a in attributes if a["type"].native != kind]


def doubled(kind: str) -> Change:
    """The attribute stands twice, the second time with the same value."""
    return lambda attributes: attributes + [a for a in attributes if a["type"].native == kind]


def with_two_values(kind: str) -> Change:
    def change(attributes: list[Any]) -> list[Any]:
        return [
            cms.CMSAttribute({"type": kind, "values": [a["values"][0], a["values"][0]]})
            if a["type"].native == kind
            else a
            for a in attributes
        ]

    return change


def replaced(kind: str, value: Any) -> Change:
    def change(attributes: list[Any]) -> list[Any]:
        return [
            cms.CMSAttribute({"type": kind, "values": [value]}) if a["type"].native == kind else a for a in attributes
        ]

    return change


def same(attributes: list[Any]) -> list[Any]:
    return attributes


def sealed_bytes(signature: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """What makes a signature this one: signed attributes, value, who is named, and all certificates sent along."""
    signed = cms.ContentInfo.load(signature, strict=True)["content"]
    info = signed["signer_infos"][0]
    first = signed["certificates"][0].dump() if signed["certificates"] else b""
    return info["signed_attrs"].dump(), bytes(info["signature"].native), info["sid"].dump(), first
