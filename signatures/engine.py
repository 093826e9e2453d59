"""OpenSSL with its engines, where the machine has them: our own keys sign through it, GOST ones and those on a token. In a
process of its own, so that a broken library of a token breaks nothing else. Never used for verifying."""

import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from models.process.words import N_
from signatures.verdict import Unusable

_CONFIG = """openssl_conf = setup
[setup]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
dynamic_path = {engine}
default_algorithms = ALL
"""
_SECONDS = 20
ABSENT = N_("GOST keys need OpenSSL with its GOST engine (package libengine-gost-openssl)")


@cache
def path(name: str = "gost") -> Path | None:
    """The engine's library, or None."""
    program = shutil.which("openssl")
    if not program:
        return None
    told = subprocess.run([program, "version", "-e"], capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603
    found = re.search(r'ENGINESDIR: "(.+)"', told.stdout)
    library = Path(found[1]) / f"{name}.so" if found else None
    return library if library and library.exists() else None


def run(words: list[str], files: dict[str, bytes], data: bytes = b"", secret: str = "") -> bytes:
    """One openssl command in a private folder with these files; `secret` reaches it as env:SECRET. Raises Unusable."""
    library = path()
    if library is None:
        raise Unusable(ABSENT)
    return openssl(words, files, _CONFIG.format(engine=library), data, secret)


def openssl(words: list[str], files: dict[str, bytes], config: str, data: bytes = b"", secret: str = "") -> bytes:
    """The same by a configuration of the caller's. Raises Unusable."""
    with tempfile.TemporaryDirectory(prefix="feeder-seal-") as folder:
        for name, body in ({"openssl.cnf": config.encode()} | files).items():
            place = Path(folder) / name
            place.touch(0o600)
            place.write_bytes(body)
        around = os.environ | {"OPENSSL_CONF": f"{folder}/openssl.cnf", "SECRET": secret}
        done = subprocess.run(  # noqa: S603
            ["openssl", *words],  # noqa: S607
            cwd=folder,
            env=around,
            input=data,
            capture_output=True,
            check=False,
            timeout=_SECONDS,  # noqa: S607
        )
    if done.returncode:
        raise Unusable(N_("OpenSSL could not use the key"))
    return done.stdout


def sign(key: bytes, digest: str, data: bytes) -> bytes:
    """Signature value (s||r) by a PEM key; `digest` is md_gost12_256 or md_gost12_512."""
    return run(["dgst", f"-{digest}", "-sign", "seal.key", "-binary"], {"seal.key": key}, data)


def unpack(data: bytes, password: str) -> tuple[bytes, bytes]:
    """Key and certificates of a PKCS#12, both PEM. Raises Unusable."""
    words = ["pkcs12", "-in", "seal.p12", "-passin", "env:SECRET", "-nodes"]
    files = {"seal.p12": data}
    return run([*words, "-nocerts"], files, secret=password), run([*words, "-nokeys"], files, secret=password)
