"""The utility's seal: a detached CMS signature over the bytes of a paper. A stamp on the page is only a picture; this is
the proof. Full verdicts on other people's signatures are not made here."""

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Seal:
    """A key with its certificate. `owner` is the certificate's common name."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def owner(self) -> str:
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def number(self) -> str:
        return f"{self.certificate.serial_number:X}"


def load(data: bytes, password: str) -> Seal:
    """From PKCS#12. Raises ValueError when it is not one, or the password is wrong, or the key is not RSA."""
    key, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode())
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise ValueError("the seal needs an RSA key and its certificate")
    return Seal(key, certificate)


def sign(data: bytes, seal: Seal) -> bytes:
    """Detached CMS (DER) over `data`, SHA-256."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(seal.certificate, seal.key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(serialization.Encoding.DER, options)


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
