"""The utility's key on a token (PKCS#11): it never leaves the token, every signature is made inside. RSA and ECDSA.

Written as RFC 7512 says: pkcs11:token=LABEL;object=LABEL?module-path=LIBRARY&certificates=FILE.pem ; the PIN comes apart.
The certificates stand in a file beside, the key's own first."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from models.process.words import N_
from signatures import engine
from signatures.verdict import Unusable

_CONFIG = """openssl_conf = setup
[setup]
engines = engines
[engines]
pkcs11 = token
[token]
engine_id = pkcs11
dynamic_path = {engine}
MODULE_PATH = {module}
PIN = {pin}
init = 0
"""
ABSENT = N_("Keys on a token need OpenSSL's engine for PKCS#11 (package libengine-pkcs11-openssl)")
_LACKS = N_("The place of the seal on a token must name %(what)s")
_CLOSED = N_("The token did not sign: look whether it is in its slot, and at its library, label and PIN")
_STRANGE = N_("The key on the token is not the one of the certificate")
_KIND = N_("Of keys on a token only RSA and ECDSA are used here")


@dataclass(frozen=True)
class Place:
    """Where a key lies: library of the token, its label, the label of the key, the file of certificates."""

    module: str
    token: str
    label: str
    certificates: str


def place(told: str) -> Place:
    """Raises Unusable."""
    path, _, query = told.removeprefix("pkcs11:").partition("?")
    pairs = [part.partition("=") for part in (*path.split(";"), *query.split("&")) if part]
    found = {name: unquote(value) for name, _, value in pairs}
    for name in ("token", "object", "module-path", "certificates"):
        if not found.get(name) or not found[name].isprintable():
            raise Unusable(_LACKS, what=name)
    return Place(found["module-path"], found["token"], found["object"], found["certificates"])


@dataclass(frozen=True)
class TokenKey:
    """A key that signs inside its token. `kind`: rsa or ec."""

    where: Place
    pin: str
    kind: str

    def sign(self, data: bytes) -> bytes:
        """PKCS#1 v1.5, or r and s as DER, over SHA-256. Raises Unusable."""
        library = engine.path("pkcs11")
        if library is None:
            raise Unusable(ABSENT)
        if not self.pin.isalnum():
            raise Unusable(_CLOSED)  # anything else would be words of the configuration
        key = f"pkcs11:token={quote(self.where.token)};object={quote(self.where.label)};type=private"
        config = _CONFIG.format(engine=library, module=self.where.module, pin=self.pin)
        words = ["dgst", "-sha256", "-engine", "pkcs11", "-keyform", "engine", "-sign", key]
        try:
            return engine.openssl(words, {}, config, data)
        except Unusable as error:
            raise Unusable(_CLOSED) from error


@cache
def opened(told: str, pin: str) -> tuple[TokenKey, tuple[x509.Certificate, ...]]:
    """The key, proved to be the one of its certificate, and the certificates. Raises Unusable, OSError, ValueError."""
    where = place(told)
    chain = tuple(x509.load_pem_x509_certificates(Path(where.certificates).read_bytes()))
    public = chain[0].public_key()
    if not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Unusable(_KIND)
    key = TokenKey(where, pin, "rsa" if isinstance(public, rsa.RSAPublicKey) else "ec")
    _prove(public, key)
    return key, chain


def _prove(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, key: TokenKey) -> None:
    said = b"Feeder: whose key is this"
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(key.sign(said), said, padding.PKCS1v15(), hashes.SHA256())
        else:
            public.verify(key.sign(said), said, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Unusable(_STRANGE) from None
