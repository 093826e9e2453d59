"""One signature value against one public key: RSA, ECDSA, GOST R 34.10-2012. Knows no documents, no chains, no time."""

from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, core
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from models.process.words import N_
from signatures import digests, gost
from signatures.verdict import Broken, Doubt

RSA, RSA_PSS, EC = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1"
GOST_256, GOST_512 = "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.1.2"
GOST_HASHES = {GOST_256: digests.STREEBOG_256, GOST_512: digests.STREEBOG_512}
_SHA = {"256": digests.SHA256, "384": "2.16.840.1.101.3.4.2.2", "512": "2.16.840.1.101.3.4.2.3"}
# signature algorithm → key algorithm, hash that it names; without a hash the signer names it elsewhere
ALGORITHMS: dict[str, tuple[str, str | None]] = {
    RSA: (RSA, None),
    "1.2.840.113549.1.1.11": (RSA, _SHA["256"]),
    "1.2.840.113549.1.1.12": (RSA, _SHA["384"]),
    "1.2.840.113549.1.1.13": (RSA, _SHA["512"]),
    RSA_PSS: (RSA, None),
    EC: (EC, None),
    "1.2.840.10045.4.3.2": (EC, _SHA["256"]),
    "1.2.840.10045.4.3.3": (EC, _SHA["384"]),
    "1.2.840.10045.4.3.4": (EC, _SHA["512"]),
    GOST_256: (GOST_256, digests.STREEBOG_256),
    GOST_512: (GOST_512, digests.STREEBOG_512),
    "1.2.643.7.1.1.3.2": (GOST_256, digests.STREEBOG_256),
    "1.2.643.7.1.1.3.3": (GOST_512, digests.STREEBOG_512),
}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    _SHA["256"]: hashes.SHA256(),
    _SHA["384"]: hashes.SHA384(),
    _SHA["512"]: hashes.SHA512(),
}
_STRONG_RSA = 2048
_CURVES = ("secp256r1", "secp384r1", "secp521r1", "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1")
_WRONG = N_("The signature does not belong to this document and this certificate")
_OUTDATED = N_("The signature algorithm %(oid)s is outdated or unknown")
_CONTRADICT = N_("The algorithms named in the signature contradict each other")


@dataclass(frozen=True)
class Algorithm:
    """How a signature value was made. `pss_salt` in bytes, for RSA-PSS only."""

    key: str
    digest: str
    pss_salt: int | None = None


def algorithm(found: Any, digest: str | None = None) -> Algorithm:
    """From an AlgorithmIdentifier; `digest` is the hash named beside it (CMS), which must agree.

    Raises Doubt for what is outdated or unknown, Broken where the names contradict each other.
    """
    oid = found["algorithm"].dotted
    if oid not in ALGORITHMS:
        raise Doubt(_OUTDATED, oid=oid)
    key, named = ALGORITHMS[oid]
    salt = None
    if oid == RSA_PSS:
        named, salt = _pss(found["parameters"])
    else:
        check_bare(found)
    if named and digest and named != digest:
        raise Broken(_CONTRADICT)
    chosen = named or digest
    if chosen is None or (key in (RSA, EC) and chosen not in _HASHES):
        raise Doubt(_OUTDATED, oid=chosen or oid)
    return Algorithm(key, chosen, salt)


def check_bare(found: Any) -> None:
    """An AlgorithmIdentifier without parameters, or with NULL. Raises Doubt: other parameters would change its meaning."""
    oid, parameters = found["algorithm"], found.dump()[2 if found.dump()[1] < 128 else 3 :]
    if parameters[len(oid.dump()) :] not in (b"", b"\x05\x00"):
        raise Doubt(_OUTDATED, oid=oid.dotted)


def _pss(given: Any) -> tuple[str, int]:
    """Hash and salt. The mask must use the same hash: anything else is not used by honest programs."""
    parameters = algos.RSASSAPSSParams.load(given.dump(), strict=True)
    digest: str = parameters["hash_algorithm"]["algorithm"].dotted
    mask = parameters["mask_gen_algorithm"]
    inner = mask["parameters"]["algorithm"].dotted
    if (
        mask["algorithm"].native != "mgf1"
        or inner != digest
        or parameters["trailer_field"].native not in (1, "trailer_field_bc")
    ):
        raise Doubt(_OUTDATED, oid=RSA_PSS)
    return digest, int(parameters["salt_length"].native)


def verify(public_key_info: bytes, how: Algorithm, signed: bytes, signature: bytes) -> None:
    """`public_key_info` is DER; `signed` are the bytes that were signed. Raises Broken or Doubt, else it is good."""
    if how.key in GOST_HASHES:
        _verify_gost(public_key_info, how, signed, signature)
        return
    key = serialization.load_der_public_key(public_key_info)
    digest, chosen = digests.of(how.digest, signed), _HASHES[how.digest]
    try:
        if how.key == RSA:
            _check_rsa(key).verify(signature, digest, _rsa_padding(how, chosen), Prehashed(chosen))
        else:
            _check_ec(key).verify(signature, digest, ec.ECDSA(Prehashed(chosen)))
    except InvalidSignature:
        raise Broken(_WRONG) from None


def _rsa_padding(how: Algorithm, chosen: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    return padding.PKCS1v15() if how.pss_salt is None else padding.PSS(padding.MGF1(chosen), how.pss_salt)


def _check_rsa(key: object) -> rsa.RSAPublicKey:
    if not isinstance(key, rsa.RSAPublicKey):
        raise Broken(_CONTRADICT)
    if key.key_size < _STRONG_RSA:
        raise Doubt(N_("The key of %(bits)s bits is too short to prove anything"), bits=key.key_size)
    return key


def _check_ec(key: object) -> ec.EllipticCurvePublicKey:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Broken(_CONTRADICT)
    if key.curve.name not in _CURVES:
        raise Doubt(N_("The key of %(bits)s bits is too short to prove anything"), bits=key.curve.key_size)
    return key


def _verify_gost(public_key_info: bytes, how: Algorithm, signed: bytes, signature: bytes) -> None:
    found, parameters, point = gost_key(public_key_info)
    if found != how.key:
        raise Broken(_CONTRADICT)
    gost.verify(parameters, point, digests.of(how.digest, signed), signature)


def gost_key(public_key_info: bytes) -> tuple[str, str, bytes]:
    """Key algorithm, parameter set, little-endian X||Y. asn1crypto knows no GOST keys: read raw. Source: RFC 9215, 4."""
    outer = core.Sequence.load(public_key_info, strict=True)
    identifier = core.Sequence.load(outer[0].dump(), strict=True)
    if identifier[0].native not in GOST_HASHES:
        raise Broken(_CONTRADICT)
    parameters = core.Sequence.load(identifier[1].dump(), strict=True)
    bits = core.BitString.load(outer[1].dump(), strict=True)
    if bits.contents[:1] != b"\x00":
        raise Broken(_CONTRADICT)
    point = core.OctetString.load(bits.contents[1:], strict=True).native
    size = 64 if identifier[0].native == GOST_256 else 128
    if len(point) != size or gost.curve(parameters[0].native).size * 2 != size:
        raise Broken(_CONTRADICT)
    return str(identifier[0].native), str(parameters[0].native), bytes(point)
