"""GOST R 34.10-2012 over whole numbers: verifying only. Curves by their object identifiers (TC26 and CryptoPro sets).
Source: ГОСТ Р 34.10-2012, разд. 6.2; Р 1323565.1.024-2019; RFC 9215. Test parameter sets are not known on purpose."""

from dataclasses import dataclass
from functools import cache

from gostcrypto.gostsignature import CURVES_R_1323565_1_024_2019 as SETS

from models.process.words import N_
from signatures.verdict import Broken, Doubt

_A, _B = "id-tc26-gost-3410-2012-256-paramSetA", "id-tc26-gost-3410-2012-256-paramSetB"
_C, _D = "id-tc26-gost-3410-2012-256-paramSetC", "id-tc26-gost-3410-2012-256-paramSetD"
NAMES = {
    "1.2.643.2.2.35.1": _B,  # CryptoPro A
    "1.2.643.2.2.35.2": _C,  # CryptoPro B
    "1.2.643.2.2.35.3": _D,  # CryptoPro C
    "1.2.643.2.2.36.0": _B,  # CryptoPro XchA
    "1.2.643.2.2.36.1": _D,  # CryptoPro XchB
    "1.2.643.7.1.2.1.1.1": _A,
    "1.2.643.7.1.2.1.1.2": _B,
    "1.2.643.7.1.2.1.1.3": _C,
    "1.2.643.7.1.2.1.1.4": _D,
    "1.2.643.7.1.2.1.2.1": "id-tc26-gost-3410-12-512-paramSetA",
    "1.2.643.7.1.2.1.2.2": "id-tc26-gost-3410-12-512-paramSetB",
    "1.2.643.7.1.2.1.2.3": "id-tc26-gost-3410-2012-512-paramSetC",
}
_WIDTH_BASE, _WIDTH_KEY = 8, 5
_Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_NOWHERE: _Jacobian = (1, 1, 0)


@dataclass(frozen=True)
class Curve:
    """y² = x³ + ax + b modulo p; the base point (x, y) has the order q. `size` in bytes of one number."""

    p: int
    a: int
    b: int
    q: int
    base: _Point
    size: int

    def holds(self, point: _Point) -> bool:
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x - self.a * x - self.b) % self.p == 0


@cache
def curve(oid: str) -> Curve:
    """Raises Doubt for a set we do not know."""
    if oid not in NAMES:
        raise Doubt(N_("The parameter set %(oid)s of the GOST key is unknown"), oid=oid)
    numbers = SETS[NAMES[oid]]
    size = (numbers["q"].bit_length() + 7) // 8
    return Curve(numbers["p"], numbers["a"], numbers["b"], numbers["q"], (numbers["x"], numbers["y"]), size)


def verify(set_oid: str, key: bytes, digest: bytes, signature: bytes) -> None:
    """`key` is little-endian X||Y, `digest` as the hash gives it, `signature` is s||r as CMS and X.509 keep it.

    Raises Broken when the signature does not belong to the digest and key.
    """
    on = curve(set_oid)
    if len(key) != 2 * on.size or len(signature) != 2 * on.size or len(digest) != on.size:
        raise Broken(N_("The lengths of key and signature do not belong together"))
    public = int.from_bytes(key[: on.size], "little"), int.from_bytes(key[on.size :], "little")
    if not on.holds(public):
        raise Broken(N_("The key in the certificate is not a key of its algorithm"))
    s, r = int.from_bytes(signature[: on.size], "big"), int.from_bytes(signature[on.size :], "big")
    if not (0 < r < on.q and 0 < s < on.q):
        raise Broken(N_("The signature does not belong to this document and this certificate"))
    inverse = pow(int.from_bytes(digest, "little") % on.q or 1, -1, on.q)
    x = _two_products(on, s * inverse % on.q, public, -r * inverse % on.q)
    if x is None or x % on.q != r:
        raise Broken(N_("The signature does not belong to this document and this certificate"))


def _two_products(on: Curve, first: int, public: _Point, second: int) -> int | None:
    """The x of first·base + second·public; None for the point at infinity. One walk over both numbers (Straus)."""
    base, other = _base_table(on), _table(on, public, _WIDTH_KEY)
    ones, twos = _digits(first, _WIDTH_BASE), _digits(second, _WIDTH_KEY)
    at = _NOWHERE
    for place in range(max(len(ones), len(twos)) - 1, -1, -1):
        at = _double(on, at)
        if place < len(ones) and ones[place]:
            at = _add(on, at, _signed(on, base, ones[place]))
        if place < len(twos) and twos[place]:
            at = _add(on, at, _signed(on, other, twos[place]))
    x, _, z = at
    return x * pow(z, -2, on.p) % on.p if z else None


def _digits(number: int, width: int) -> list[int]:
    """Non-adjacent form: odd digits below 2^(width-1) in size, zeros between them; lowest first."""
    found = []
    span, half = 1 << width, 1 << (width - 1)
    while number:
        digit = 0
        if number & 1:
            digit = number & (span - 1)
            digit -= span if digit >= half else 0
            number -= digit
        found.append(digit)
        number >>= 1
    return found


def _signed(on: Curve, table: list[_Point], digit: int) -> _Point:
    x, y = table[abs(digit) >> 1]
    return (x, y) if digit > 0 else (x, on.p - y)


@cache
def _base_table(on: Curve) -> list[_Point]:
    return _table(on, on.base, _WIDTH_BASE)


def _table(on: Curve, point: _Point, width: int) -> list[_Point]:
    """Odd multiples 1, 3, 5 … of the point, as plain coordinates: one division for all of them."""
    twice = _plain(on, [_double(on, (*point, 1))])[0]
    many: list[_Jacobian] = [(*point, 1)]
    for _ in range((1 << (width - 2)) - 1):
        many.append(_add(on, many[-1], twice))
    return _plain(on, many)


def _plain(on: Curve, points: list[_Jacobian]) -> list[_Point]:
    """Montgomery's trick. A multiple at infinity means a key of small order."""
    p, running, before = on.p, 1, []
    for _, _, z in points:
        before.append(running)
        running = running * z % p
    if not running:
        raise Broken(N_("The key in the certificate is not a key of its algorithm"))
    inverse = pow(running, -1, p)
    found: list[_Point] = []
    for (x, y, z), left in zip(reversed(points), reversed(before), strict=True):
        mine = inverse * left % p
        inverse = inverse * z % p
        square = mine * mine % p
        found.append((x * square % p, y * square * mine % p))
    return found[::-1]


def _double(on: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p = on.p
    if not z or not y:
        return _NOWHERE
    yy = y * y % p
    s = 4 * x * yy % p
    zz = z * z % p
    m = (3 * x * x + on.a * (zz * zz % p)) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p


def _add(on: Curve, point: _Jacobian, plain: _Point) -> _Jacobian:
    x1, y1, z1 = point
    x2, y2 = plain
    p = on.p
    if not z1:
        return x2, y2, 1
    zz = z1 * z1 % p
    h = (x2 * zz - x1) % p
    r = (y2 * zz * z1 - y1) % p
    if not h:
        return _double(on, point) if not r else _NOWHERE
    hh = h * h % p
    hhh = hh * h % p
    v = x1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - y1 * hhh) % p, z1 * h % p
