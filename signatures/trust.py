"""Whom we believe: roots, certificates between, lists of revoked certificates. Read from bytes or folders, never fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import crl, pem

from models.process.words import N_
from signatures import certificates
from signatures.verdict import Unusable

_CERTIFICATES = (".cer", ".crt", ".der", ".pem")


@dataclass(frozen=True)
class Trust:
    """asn1crypto certificates and CRLs. Only `roots` are believed; everything else has to prove itself."""

    roots: tuple[Any, ...] = ()
    intermediates: tuple[Any, ...] = ()
    crls: tuple[Any, ...] = ()

    @classmethod
    def of(cls, roots: Iterable[bytes], intermediates: Iterable[bytes] = (), crls: Iterable[bytes] = ()) -> "Trust":
        """From DER or PEM. Raises Unusable."""
        return cls(
            tuple(c for data in roots for c in _certificates(data)),
            tuple(c for data in intermediates for c in _certificates(data)),
            tuple(c for data in crls for c in revoked(data)),
        )


def folders(roots: Path, crls: Path | None = None) -> Trust:
    """A folder of certificates (self-signed ones are the roots, the rest stand between) and one of CRLs (*.crl, *.pem).

    Raises Unusable when a folder or a file in it cannot be used.
    """
    believed: list[Any] = []
    between: list[Any] = []
    for path in _files(roots, _CERTIFICATES):
        for found in _certificates(path.read_bytes()):
            (believed if found.subject == found.issuer else between).append(found)
    if not believed:
        raise Unusable(N_("There is no root certificate in the folder %(folder)s"), folder=roots)
    lists = _files(crls, (".crl", ".pem", ".der")) if crls else []
    return Trust(tuple(believed), tuple(between), tuple(c for path in lists for c in revoked(path.read_bytes())))


def _files(folder: Path, endings: tuple[str, ...]) -> list[Path]:
    if not folder.is_dir():
        raise Unusable(N_("There is no folder %(folder)s"), folder=folder)
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in endings)


def _certificates(data: bytes) -> list[Any]:
    if not pem.detect(data):
        return [certificates.load(data)]
    try:
        blocks = [der for kind, _, der in pem.unarmor(data, multiple=True) if kind == "CERTIFICATE"]
    except ValueError as error:
        raise Unusable(N_("This is not a certificate")) from error
    return [certificates.load(der) for der in blocks]


def revoked(data: bytes) -> list[Any]:
    """CRLs from DER or PEM. Raises Unusable."""
    try:
        ders = [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        found = [crl.CertificateList.load(der, strict=True) for der in ders]
        for each in found:
            _ = each["tbs_cert_list"]["this_update"].native, each.issuer
    except Exception as error:
        raise Unusable(N_("This is not a list of revoked certificates")) from error
    return found
