"""The other side of the measurement of signatures: a small family of certificates, made and checked by the openssl program."""

import os
import re
import subprocess
from pathlib import Path

_CONFIG = """openssl_conf = setup
[setup]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
dynamic_path = {engine}
default_algorithms = ALL
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[person]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature,nonRepudiation
authorityKeyIdentifier = keyid
[ca]
default_ca = own
[own]
database = book
default_md = {digest}
"""
_KEYS = {
    "gost": ["-algorithm", "gost2012_256", "-pkeyopt", "paramset:A"],
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
}
_DIGESTS = {"gost": "md_gost12_256", "rsa": "sha256"}


def engine() -> Path | None:
    told = subprocess.run(["openssl", "version", "-e"], capture_output=True, text=True, check=False)
    found = re.search(r'ENGINESDIR: "(.+)"', told.stdout)
    library = Path(found[1]) / "gost.so" if found else None
    return library if library and library.exists() else None


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    around = os.environ | {"OPENSSL_CONF": str(folder / "openssl.cnf")}
    return subprocess.run(["openssl", *words], cwd=folder, env=around, capture_output=True, check=True, timeout=60)


def family(folder: Path, kind: str, document: bytes) -> Path:
    """root.pem, person.pem, root.crl, doc.bin and its detached CAdES doc.sig in the folder."""
    folder.mkdir()
    digest = _DIGESTS[kind]
    (folder / "openssl.cnf").write_text(_CONFIG.format(engine=engine(), digest=digest))
    (folder / "book").touch()
    (folder / "doc.bin").write_bytes(document)
    for owner in ("root", "person"):
        run(folder, "genpkey", *_KEYS[kind], "-out", f"{owner}.key")
    common = [f"-{digest}", "-days", "30"]
    run(
        folder,
        "req",
        "-x509",
        "-key",
        "root.key",
        "-subj",
        "/CN=root",
        "-extensions",
        "root",
        "-out",
        "root.pem",
        *common,
    )
    run(folder, "req", "-new", "-key", "person.key", "-subj", "/CN=person", f"-{digest}", "-out", "person.csr")
    extensions = ["-extfile", "openssl.cnf", "-extensions", "person", "-set_serial", "7"]
    made = ["-in", "person.csr", "-CA", "root.pem", "-CAkey", "root.key", "-out", "person.pem", *extensions, *common]
    run(folder, "x509", "-req", *made)
    run(folder, "ca", "-gencrl", "-cert", "root.pem", "-keyfile", "root.key", "-crldays", "7", "-out", "root.crl")
    signer = ["-signer", "person.pem", "-inkey", "person.key", "-md", digest]
    run(folder, "cms", "-sign", "-binary", "-cades", "-in", "doc.bin", *signer, "-outform", "DER", "-out", "doc.sig")
    (folder / "trusted.pem").write_bytes((folder / "root.pem").read_bytes() + (folder / "root.crl").read_bytes())
    return folder


def verifies(folder: Path) -> bool:
    words = ["-inform", "DER", "-in", "doc.sig", "-content", "doc.bin", "-CAfile", "trusted.pem", "-crl_check_all"]
    run(folder, "cms", "-verify", "-binary", "-cades", *words, "-purpose", "any", "-out", "/dev/null")
    return True


def hashes(folder: Path, path: Path) -> None:
    (folder / "openssl.cnf").write_text(_CONFIG.format(engine=engine(), digest="md_gost12_256"))
    run(folder, "dgst", "-md_gost12_256", str(path))
