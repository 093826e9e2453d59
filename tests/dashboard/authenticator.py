"""A device of the tests that holds passkeys: makes keys and signs challenges as WebAuthn says, and lies where it is told to."""

import hashlib
import json
import os
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from html import unescape
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data_of(word: str) -> bytes:
    return urlsafe_b64decode(word + "=" * (-len(word) % 4))


def options_in(page: str) -> dict[str, Any]:
    """What the page asks the device."""
    found = re.search(r'data-options="([^"]*)"', page)
    assert found, page
    return json.loads(unescape(found[1]))


class Device:
    def __init__(self, origin: str) -> None:
        self.origin, self.count = origin, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = os.urandom(32)

    def add(self, options: dict[str, Any]) -> str:
        point = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        attested = bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + cose
        told = self._data(options["rp"]["id"], PRESENT | VERIFIED | ATTESTED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})
        return self._answer({"clientDataJSON": self._client("webauthn.create", options), "attestationObject": made})

    def prove(self, options: dict[str, Any], *, flags: int = PRESENT | VERIFIED) -> str:
        self.count += 1
        told, client = self._data(options["rpId"], flags), self._client("webauthn.get", options)
        signed = self.key.sign(told + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": told, "signature": signed})

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, domain: str, flags: int) -> bytes:
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _answer(self, response: dict[str, bytes]) -> str:
        told = {name: text(value) for name, value in response.items()}
        name = text(self.credential)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": told, "clientExtensionResults": {}}
        )
