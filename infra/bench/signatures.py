"""`feeder bench signatures`: one detached signature with its chain and lists of revoked certificates, verified by us, by OpenSSL
(its library in one process, and a process a signature) and by pyHanko; and how fast documents are hashed.

Every side checks the same: hash, signature value, chain to the root, revocation of each certificate on it.
"""

import io
import json as plain_json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.bench.lab import _openssl, load
from infra.bench.lab.meters import Spread, machine, spread
from infra.bench.lab.table import as_json, ms, rounded, table
from infra.trouble import Trouble
from infra.wording import N_, _

TITLES = {
    "gost_ours": N_("GOST 2012-256: Feeder"),
    "gost_library": N_("GOST 2012-256: OpenSSL's library"),
    "gost_process": N_("GOST 2012-256: openssl, a process each"),
    "rsa_ours": N_("RSA 2048: Feeder"),
    "rsa_library": N_("RSA 2048: OpenSSL's library"),
    "rsa_process": N_("RSA 2048: openssl, a process each"),
    "rsa_pyhanko": N_("RSA 2048: pyHanko"),
}
SPEEDS = {
    "streebog_ours": N_("Streebog-256, Feeder"),
    "streebog_openssl": N_("Streebog-256, openssl"),
    "streebog_python": N_("Streebog-256, Python alone"),
    "sha256_ours": N_("SHA-256, Feeder"),
}
DOCUMENT = b"x" * 20_000
_Figures = dict[str, Any]


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: gost, rsa, hash joined by commas. Raises Trouble."""
    wanted = [part for part in only.replace(" ", "").split(",") if part] or ["gost", "rsa", "hash"]
    if strange := sorted(set(wanted) - {"gost", "rsa", "hash"}):
        raise Trouble(
            _("There is no part %(name)s. There are: %(known)s") % {"name": strange[0], "known": "gost, rsa, hash"}
        )
    if _openssl.engine() is None:
        raise Trouble(_("The measurement needs OpenSSL with its GOST engine: bash infra/bootstrap.sh tools"))
    found = measure(wanted, turns=5 if quick else 60, megabytes=4 if quick else 100)
    print(as_json(found) if json else told(found))


def measure(wanted: list[str], turns: int, megabytes: int) -> _Figures:
    """{"bench", "machine", "parts": {name: Spread}, "ratios": {name: times}, "megabytes_per_second": {name: number}}."""
    before = machine()
    parts: dict[str, Spread] = {}
    speeds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="feeder-bench-") as folder:
        for kind in ("gost", "rsa"):
            if kind in wanted:
                parts |= _verifying(kind, _openssl.family(Path(folder) / kind, kind, DOCUMENT), turns)
        if "hash" in wanted:
            speeds = _hashing(Path(folder), megabytes)
    ratios = {
        f"{kind}_ours_to_library": parts[f"{kind}_ours"].median / parts[f"{kind}_library"].median
        for kind in ("gost", "rsa")
        if f"{kind}_library" in parts
    }
    told_load = {"load_before": before["load"], "load_after": machine()["load"]}
    figures = {"ratios": ratios, "megabytes_per_second": speeds}
    found: _Figures = {"bench": "signatures", "machine": before | told_load, "parts": parts}
    return found | dict(rounded(figures))


def _verifying(kind: str, family: Path, turns: int) -> dict[str, Spread]:
    signature = (family / "doc.sig").read_bytes()
    lists = [(family / "root.crl").read_bytes()]
    trust = load("signatures.trust:Trust").of([(family / "root.pem").read_bytes()], [], lists)
    verify, at = load("signatures.verify:detached"), datetime.now(UTC)

    def ours() -> bool:
        return bool(verify(DOCUMENT, signature, trust, at)[0].status == "valid")

    found = {f"{kind}_ours": timed(turns, ours)}
    found[f"{kind}_library"] = spread(_library(family, turns))
    found[f"{kind}_process"] = timed(max(2, turns // 4), lambda: _openssl.verifies(family))
    if kind == "rsa":
        found["rsa_pyhanko"] = timed(max(2, turns // 4), _pyhanko(signature, trust))
    return found


def timed(turns: int, job: Callable[[], bool]) -> Spread:
    """A turn that does not end as valid stops the measurement: a refusal is quicker than a proof."""
    times = []
    for _turn in range(turns + 2):
        began = time.perf_counter()
        good = job()
        times.append(time.perf_counter() - began)
        if not good:
            raise RuntimeError("the signature of the measurement does not verify")
    return spread(times[2:])


def _library(family: Path, turns: int) -> list[float]:
    """Seconds of each turn inside libcrypto, told by a process whose OpenSSL is set up with the engine."""
    around = os.environ | {"OPENSSL_CONF": str(family / "openssl.cnf")}
    words = [sys.executable, "-m", "infra.bench.lab._libcrypto", str(family), str(turns)]
    done = subprocess.run(words, env=around, capture_output=True, check=True, timeout=120)
    times: list[float] = plain_json.loads(done.stdout)
    return times


def _pyhanko(signature: bytes, trust: Any) -> Callable[[], bool]:
    context = load("pyhanko_certvalidator:ValidationContext")
    verify = load("pyhanko.sign.validation:async_validate_detached_cms")
    signed = load("asn1crypto.cms:ContentInfo").load(signature)["content"]
    run = load("asyncio:run")

    def job() -> bool:
        judged = context(
            trust_roots=list(trust.roots), crls=list(trust.crls), allow_fetching=False, revocation_mode="require"
        )
        said = run(verify(io.BytesIO(DOCUMENT), signed, signer_validation_context=judged))
        return bool(said.intact and said.valid and said.trusted)

    return job


def _hashing(folder: Path, megabytes: int) -> dict[str, float]:
    digests = load("signatures.digests")
    path = folder / "large.bin"
    with path.open("wb") as file:
        for _turn in range(megabytes):
            file.write(os.urandom(1 << 20))

    def ours(oid: str) -> None:
        with path.open("rb") as file:
            digests.Content.of(file).digest(oid)

    small = path.read_bytes()[: 1 << 17]
    slow = digests._Slow(digests.STREEBOG_256)
    slow.update(small)
    speeds = {
        "streebog_ours": megabytes / _seconds(lambda: ours(digests.STREEBOG_256)),
        "streebog_openssl": megabytes / _seconds(lambda: _openssl.hashes(folder, path)),
        "streebog_python": len(small) / (1 << 20) / _seconds(slow.digest, 1),
        "sha256_ours": megabytes / _seconds(lambda: ours(digests.SHA256)),
    }
    return speeds if digests.fast() else {n: s for n, s in speeds.items() if n != "streebog_ours"}


def _seconds(job: Callable[[], object], turns: int = 3) -> float:
    """The best of the turns: the file is in memory after the first one."""
    times = []
    for _turn in range(turns):
        began = time.perf_counter()
        job()
        times.append(time.perf_counter() - began)
    return min(times)


def told(found: _Figures) -> str:
    parts: dict[str, Spread] = found["parts"]
    rows = [[_(title), ms(parts[name]), str(parts[name].n)] for name, title in TITLES.items() if name in parts]
    lines = [table(["", _("median / 90 % / worst, ms"), "n"], rows)] if rows else []
    for name, ratio in found["ratios"].items():
        facts = {"kind": name.partition("_")[0].upper(), "times": f"{ratio:.1f}"}
        lines.append(_("%(kind)s: Feeder takes %(times)s times as long as OpenSSL's library") % facts)
    speeds = found["megabytes_per_second"]
    lines += [f"{_(title)}: {speeds[name]:,.1f} {_('MB/s')}" for name, title in SPEEDS.items() if name in speeds]
    return "\n".join(lines)
