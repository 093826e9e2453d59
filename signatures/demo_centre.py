"""A certification centre for demonstrations: a root, certificates with the marks of qualified ones, lists of revoked ones.
Proves nothing to anybody and says so in its name; never used outside the development mode."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signatures.certificates import INN, INN_LEGAL, ISSUER_TOOL, OGRN, SNILS

NAME = "Учебный УЦ (не доверять)"
_CLASSES = ("1.2.643.100.113.1", "1.2.643.100.113.2")
_Names = Iterable[tuple[x509.ObjectIdentifier, str]]


@dataclass(frozen=True)
class Person:
    """Whom a certificate names; empty numbers are left out. `organisation` with its numbers for the head of a firm."""

    name: str
    surname: str = ""
    given: str = ""
    organisation: str = ""
    inn: str = ""
    inn_legal: str = ""
    ogrn: str = ""
    snils: str = ""


@dataclass(frozen=True)
class Centre:
    """The key and the certificate of the root."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def found(password: str, name: str = NAME) -> bytes:
    """A new centre as PKCS#12."""
    key = rsa.generate_private_key(65537, 2048)
    named = _name([(NameOID.COUNTRY_NAME, "RU"), (NameOID.COMMON_NAME, name)])
    uses = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    made = (
        _begun(named, named, key, dt.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(uses, critical=True)
        .sign(key, hashes.SHA256())
    )
    return _packed(key, made, None, password)


def opened(data: bytes, password: str) -> Centre:
    """Raises ValueError when it is not a centre of ours."""
    key, certificate, _ = pkcs12.load_key_and_certificates(data, password.encode())
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise ValueError("not a demonstration centre")
    return Centre(key, certificate)


def issue(centre: Centre, person: Person, password: str, *, qualified: bool = True, days: int = 365) -> bytes:
    """Key and certificate of a person as PKCS#12, for his own signing program. `days` may be negative: expired already."""
    key = rsa.generate_private_key(65537, 2048)
    uses = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    parent = centre.certificate
    builder = (
        _begun(_subject(person), parent.subject, key, dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(uses, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(centre.key.public_key()), critical=False)
    )
    for extension in _marks() if qualified else ():
        builder = builder.add_extension(extension, critical=False)
    made = builder.sign(centre.key, hashes.SHA256())
    return _packed(key, made, [parent], password)


def crl(centre: Centre, revoked: Iterable[int] = (), *, at: dt.datetime | None = None, days: int = 7) -> bytes:
    """The list of revoked serial numbers (DER), in force for `days` from `at` (now)."""
    now = (at or dt.datetime.now(dt.UTC)) - dt.timedelta(minutes=1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(centre.certificate.subject)
        .last_update(now)
        .next_update(now + dt.timedelta(days=days))
    )
    for number in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(centre.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _begun(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, life: dt.timedelta
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    ends = now + life
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, ends) - dt.timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _marks() -> tuple[x509.ExtensionType, ...]:
    """Marks by which a qualified certificate is known. Source: приказ ФСБ № 795."""
    policies = [x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in _CLASSES]
    tool = b"\x30\x08" + b"\x0c\x06Feeder"
    return x509.CertificatePolicies(policies), x509.UnrecognizedExtension(x509.ObjectIdentifier(ISSUER_TOOL), tool)


def _subject(person: Person) -> x509.Name:
    told = [
        (NameOID.COUNTRY_NAME, "RU"),
        (NameOID.COMMON_NAME, person.name),
        (NameOID.SURNAME, person.surname),
        (NameOID.GIVEN_NAME, person.given),
        (NameOID.ORGANIZATION_NAME, person.organisation),
        (x509.ObjectIdentifier(INN), person.inn),
        (x509.ObjectIdentifier(INN_LEGAL), person.inn_legal),
        (x509.ObjectIdentifier(OGRN), person.ogrn),
        (x509.ObjectIdentifier(SNILS), person.snils),
    ]
    return _name(told)


def _name(pairs: _Names) -> x509.Name:
    """Names are cut to the 64 bytes that the standard allows."""
    return x509.Name([x509.NameAttribute(oid, _cut(value)) for oid, value in pairs if value])


def _cut(text: str) -> str:
    return text.encode()[:64].decode(errors="ignore").strip()


def _packed(
    key: rsa.RSAPrivateKey, made: x509.Certificate, above: list[x509.Certificate] | None, password: str
) -> bytes:
    locked = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(b"demonstration", key, made, above, locked)
