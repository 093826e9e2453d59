"""The utility's seal: a key with its certificate, a detached CAdES over any bytes, or a signature inside a PDF with a visible
stamp. A stamp on the page is only a picture; the signature is the proof. Verdicts are not made here."""

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from signatures import cades, digests, engine, keys, token
from signatures.token import TokenKey
from signatures.trust import Trust
from signatures.verdict import Broken, Unusable

_RSA_SHA256, _ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"


@dataclass(frozen=True)
class GostKey:
    """A GOST R 34.10-2012 key as PEM: only OpenSSL's engine reads it. `algorithm` is the key's identifier."""

    pem: bytes
    algorithm: str

    def sign(self, data: bytes) -> bytes:
        return engine.sign(self.pem, "md_gost12_256" if self.algorithm == keys.GOST_256 else "md_gost12_512", data)


@dataclass(frozen=True)
class Seal:
    """A key with its certificate, and the certificates above it. `owner` is the certificate's common name."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | GostKey | TokenKey
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def owner(self) -> str:
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def number(self) -> str:
        return f"{self.certificate.serial_number:X}"

    @property
    def chain(self) -> list[bytes]:
        """DER, the own certificate first."""
        return [c.public_bytes(serialization.Encoding.DER) for c in (self.certificate, *self.above)]

    @property
    def trust(self) -> Trust:
        """Believes this very certificate and nothing else: to prove a seal just made, before anything is called complete."""
        return Trust.of([self.chain[0]])

    @property
    def maker(self) -> cades.Maker:
        key = self.key
        if isinstance(key, GostKey):
            return cades.Maker(keys.GOST_HASHES[key.algorithm], key.algorithm, key.sign)
        if isinstance(key, TokenKey):
            return cades.Maker(digests.SHA256, _RSA_SHA256 if key.kind == "rsa" else _ECDSA_SHA256, key.sign)
        if isinstance(key, rsa.RSAPrivateKey):
            return cades.Maker(digests.SHA256, _RSA_SHA256, lambda d: key.sign(d, padding.PKCS1v15(), hashes.SHA256()))
        return cades.Maker(digests.SHA256, _ECDSA_SHA256, lambda d: key.sign(d, ec.ECDSA(hashes.SHA256())))


def load(data: bytes, password: str) -> Seal:
    """From PKCS#12: RSA, ECDSA, or GOST where OpenSSL's engine is installed.

    Raises ValueError when it is not one, or the password is wrong, or the key is of another kind.
    """
    try:
        key, certificate, above = pkcs12.load_key_and_certificates(data, password.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        if engine.path() is None:
            raise ValueError("the seal cannot be read; a GOST one needs OpenSSL's GOST engine") from error
        return _load_gost(data, password)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
        raise ValueError("the seal needs an RSA or ECDSA key and its certificate")
    return Seal(key, certificate, tuple(above))


def _load_gost(data: bytes, password: str) -> Seal:
    try:
        pem, told = engine.unpack(data, password)
        first, *above = x509.load_pem_x509_certificates(told)
        algorithm, _, _ = keys.gost_key(_key_of(first))
    except (Unusable, Broken, ValueError) as error:
        raise ValueError("the seal cannot be read: not PKCS#12, another password, or an unknown key") from error
    return Seal(GostKey(pem, algorithm), first, tuple(above))


def _key_of(certificate: x509.Certificate) -> bytes:
    from asn1crypto import x509 as raw

    body = raw.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))["tbs_certificate"]
    return bytes(body["subject_public_key_info"].dump())


def open_seal(place: str, password: str) -> Seal:
    """From the settings: a path to PKCS#12, or `pkcs11:…` with the PIN as the password. Raises ValueError, and Unusable
    for what this installation cannot use."""
    if place.startswith("pkcs11:"):
        key, (own, *above) = token.opened(place, password)
        return Seal(key, own, tuple(above))
    with open(place, "rb") as file:
        return load(file.read(), password)


def sign(data: bytes, seal: Seal, at: dt.datetime | None = None) -> bytes:
    """Detached CAdES-BES (DER) over `data`. With the same `at` an RSA key gives the same bytes."""
    maker = seal.maker
    moment = (at or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    return cades.build(digests.of(maker.digest, data), maker, seal.chain, moment)


def pades(pdf: bytes, seal: Seal, at: dt.datetime | None = None, *, stamped: bool = True) -> bytes:
    """The PDF with a signature inside. With the same `at` an RSA key gives the same bytes. `stamped`: with a visible stamp on its
    last page; a paper that shows one among its words needs no second.

    Raises Unusable when it is not a PDF that can be signed.
    """
    from signatures.seal_pdf import MARGIN, seal_pdf  # reading PDF takes half a second to import

    return seal_pdf(pdf, seal, at or dt.datetime.now(dt.UTC), MARGIN if stamped else None)


def demonstration(owner: str, password: str) -> bytes:
    """A self-signed seal for development, as PKCS#12. Nobody outside trusts it, and it says so in its name."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner[:64])])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=3650))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)
