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
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.bench.lab import load, pki
from infra.bench.lab.meters import Spread, machine, spread
from infra.bench.lab.pki import Pki
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
    if pki.engine() is None:
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
                parts |= _verifying(kind, family(Path(folder) / kind, kind), turns)
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


def family(folder: Path, kind: str) -> Pki:
    """root.pem, person.pem, root.crl, doc.bin and its detached CAdES doc.sig in the folder."""
    made, key = Pki(folder), "gost256:A" if kind == "gost" else kind
    made.root("root", key)
    made.issue("person", "root", key)
    made.crl("root")
    (folder / "doc.bin").write_bytes(DOCUMENT)
    (folder / "doc.sig").write_bytes(made.sign(DOCUMENT, "person"))
    return made


def _verifying(kind: str, made: Pki, turns: int) -> dict[str, Spread]:
    signature = made.read("doc.sig")
    trust = load("signatures.trust:Trust").of([made.read("root.pem")], [], [made.read("root.crl")])
    verify, at = load("signatures.verify:detached"), datetime.now(UTC)

    def ours() -> bool:
        return bool(verify(DOCUMENT, signature, trust, at)[0].status == "valid")

    found = {f"{kind}_ours": timed(turns, ours)}
    found[f"{kind}_library"] = spread(_library(made.folder, turns))
    found[f"{kind}_process"] = timed(
        max(2, turns // 4), lambda: made.verifies(signature, DOCUMENT, "root", ("root.crl",))
    )
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


def _library(folder: Path, turns: int) -> list[float]:
    """Seconds of each turn inside libcrypto, told by a process whose OpenSSL is set up with the engine."""
    around = os.environ | {"OPENSSL_CONF": str(folder / "openssl.cnf")}
    words = [sys.executable, "-m", "infra.bench.lab._libcrypto", str(folder), str(turns)]
    done = subprocess.run(words, env=around, capture_output=True, check=True, timeout=120)
    times: list[float] = plain_json.loads(done.stdout)
    return times


def _pyhanko(signature: bytes, trust: Any) -> Callable[[], bool]:
    context = load("pyhanko_certvalidator:ValidationContext")
    verify = load("pyhanko.sign.validation:async_validate_detached_cms")
    signed = load("asn1crypto.cms:ContentInfo").load(signature)["content"]
    run = load("asyncio:run")
    alone = ThreadPoolExecutor(1)  # the caller may have an event loop running: pyHanko gets one of its own

    def job() -> bool:
        judged = context(
            trust_roots=list(trust.roots), crls=list(trust.crls), allow_fetching=False, revocation_mode="require"
        )
        said = alone.submit(
            lambda: run(verify(io.BytesIO(DOCUMENT), signed, signer_validation_context=judged))
        ).result()
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
        "streebog_openssl": megabytes / _seconds(lambda: Pki(folder).hashes(path)),
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
