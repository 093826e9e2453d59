"""A family of certificates for one algorithm: root, centre, people with every fate, a time-stamping service."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.bench.lab.pki import Pki
from signatures import digests, verify
from signatures.cades import Maker
from signatures.trust import Trust
from signatures.verdict import Verdict

DOCUMENT = "Договор № ТП-000123/26 об осуществлении технологического присоединения\n".encode() * 40
MAIN = ("rsa", "ec", "gost256:A", "gost256:TCA", "gost512:A")
SETS = (
    "gost256:B",
    "gost256:C",
    "gost256:XA",
    "gost256:XB",
    "gost256:TCB",
    "gost256:TCC",
    "gost256:TCD",
    "gost512:B",
    "gost512:C",
)


def now() -> datetime:
    return datetime.now(UTC)


class World:
    """Owners: good, second, qualified, revoked, expired, future, server, demanding, stamps; under another root: stranger."""

    def __init__(self, folder: Path, algorithm: str, *, small: bool = False) -> None:
        self.algorithm, self.pki = algorithm, Pki(folder)
        self.pki.root("root", algorithm)
        self.pki.key("centre", algorithm)
        self._family(small)
        self.signed: dict[str, bytes] = {}
        self.trust = Trust.of(
            [self.pki.read("root.pem")], [self.pki.read("centre.pem")], [self.pki.crl("root"), self.pki.crl("centre")]
        )

    def _family(self, small: bool) -> None:
        pki, algorithm = self.pki, self.algorithm
        pki.issue("centre", "root", algorithm, "centre", "/C=RU/O=Тестовый УЦ/CN=Выдающий центр")
        pki.issue("good", "centre", algorithm)
        if small:
            return
        pki.issue("second", "centre", algorithm)
        pki.issue("stamps", "centre", algorithm, "stamps", "/C=RU/CN=Служба меток времени")
        for owner in ("qualified", "revoked", "server", "demanding"):
            self._same_key(owner)
            pki.issue(owner, "centre", algorithm, owner if owner != "revoked" else "person")
        for owner, days in (("expired", (-60, -2)), ("future", (3, 60))):
            self._same_key(owner)
            pki.issue(owner, "centre", algorithm, days=days)
        pki.revoke("revoked", "centre")
        pki.root("other", algorithm, "/C=RU/O=Тестовый УЦ/CN=Корень root")  # the same name, another key
        pki.issue("stranger", "other", algorithm)
        pki.crl("other")

    def _same_key(self, owner: str) -> None:
        """Keys are dear, certificates are cheap."""
        for ending in ("key", "kind"):
            (self.pki.folder / f"{owner}.{ending}").write_bytes(self.pki.read(f"good.{ending}"))

    def signature(self, owner: str = "good") -> bytes:
        """Detached CAdES-BES over DOCUMENT, made once."""
        if owner not in self.signed:
            self.signed[owner] = self.pki.sign(DOCUMENT, owner)
        return self.signed[owner]

    def verdict(
        self, signature: bytes, document: bytes = DOCUMENT, at: datetime | None = None, trust: Trust | None = None
    ) -> Verdict:
        found = verify.detached(document, signature, trust or self.trust, at or now())
        assert len(found) == 1
        return found[0]

    def maker(self, owner: str) -> Maker:
        """A signing act without a process of OpenSSL each time (RSA only)."""
        key = serialization.load_pem_private_key(self.pki.read(f"{owner}.key"), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return Maker(
            digests.SHA256, "1.2.840.113549.1.1.11", lambda d: key.sign(d, padding.PKCS1v15(), hashes.SHA256())
        )

    def digest(self) -> bytes:
        return hashlib.sha256(DOCUMENT).digest()

    def openssl(self, signature: bytes, document: bytes | None = DOCUMENT) -> bool:
        return self.pki.verifies(signature, document, "root", ("centre.pem", "root.crl", "centre.crl"))


def outcome(verdict: Verdict, code: str) -> str:
    """What a check came to."""
    return next(c.outcome.value for c in verdict.checks if c.code == code)
