"""Keys, certificates, lists of revoked ones and signatures made by OpenSSL with its GOST engine, in a folder of their own.
The other side of every measurement and every cross-check: nothing of ours signs or verifies here."""

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

CONFIG = Path(__file__).with_name("pki.cnf").read_text()
NEW_KEY = {
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
}
HASHES = {"rsa": "sha256", "ec": "sha256", "gost256": "md_gost12_256", "gost512": "md_gost12_512"}


@cache
def engine() -> Path | None:
    """The engine's library, where the machine has it."""
    told = subprocess.run(["openssl", "version", "-e"], capture_output=True, text=True, check=False)
    found = re.search(r'ENGINESDIR: "(.+)"', told.stdout)
    library = Path(found[1]) / "gost.so" if found else None
    return library if library and library.exists() else None


class Pki:
    """All files of one family of certificates. Names of files are names of their owners."""

    def __init__(self, folder: Path) -> None:
        assert engine(), "the GOST engine of OpenSSL is missing: bash infra/bootstrap.sh tools"
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.config = CONFIG.format(engine=engine())
        (folder / "openssl.cnf").write_text(self.config)

    def run(self, *words: str | Path, data: bytes = b"", code: int | None = 0) -> subprocess.CompletedProcess[bytes]:
        environment = os.environ | {"OPENSSL_CONF": str(self.folder / "openssl.cnf"), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            ["openssl", *map(str, words)],
            cwd=self.folder,
            env=environment,
            input=data,
            capture_output=True,
            check=False,
        )
        assert code is None or done.returncode == code, done.stderr.decode(errors="replace")
        return done

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def key(self, owner: str, algorithm: str) -> None:
        kind, _, parameters = algorithm.partition(":")
        words = NEW_KEY.get(kind) or ["-algorithm", f"gost2012_{kind[-3:]}", "-pkeyopt", f"paramset:{parameters}"]
        self.run("genpkey", *words, "-out", f"{owner}.key")
        (self.folder / f"{owner}.kind").write_text(kind)

    def digest(self, owner: str) -> str:
        return HASHES[(self.folder / f"{owner}.kind").read_text()]

    def root(self, name: str, algorithm: str, subject: str = "") -> None:
        self.key(name, algorithm)
        self.run(
            "req", "-x509", "-new", "-key", f"{name}.key", "-out", f"{name}.pem", "-days", "3650", "-utf8",
            "-subj", subject or f"/C=RU/O=Тестовый УЦ/CN=Корень {name}", "-extensions", "root", f"-{self.digest(name)}",
        )  # fmt: skip
        self._register(name)

    def _register(self, name: str) -> None:
        (self.folder / f"{name}.db").write_text("")
        (self.folder / f"{name}.db.attr").write_text("unique_subject = no\n")
        (self.folder / f"{name}.number").write_text("1000\n")
        (self.folder / f"{name}.crlnumber").write_text("01\n")
        lines = {"database": f"{name}.db", "serial": f"{name}.number", "crlnumber": f"{name}.crlnumber"}
        lines |= {"certificate": f"{name}.pem", "private_key": f"{name}.key", "default_md": self.digest(name)}
        lines |= {"new_certs_dir": ".", "policy": "policy", "default_days": "365", "copy_extensions": "none"}
        self.config += f"[ca_{name}]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items())
        (self.folder / "openssl.cnf").write_text(self.config)

    def issue(
        self,
        owner: str,
        by: str,
        algorithm: str,
        role: str = "person",
        subject: str = "",
        days: tuple[int, int] = (-1, 365),
    ) -> None:
        """`days`: from and until, counted from today."""
        if not (self.folder / f"{owner}.key").exists():
            self.key(owner, algorithm)
        subject = (
            subject or f"/C=RU/CN=Иванов Иван {owner}/SN=Иванов/GN=Иван {owner}/INN=771234567890/SNILS=12345678901"
        )
        self.run(
            "req",
            "-new",
            "-key",
            f"{owner}.key",
            "-out",
            f"{owner}.csr",
            "-utf8",
            "-subj",
            subject,
            f"-{self.digest(owner)}",
        )
        now = datetime.now(UTC)
        begins, ends = (f"{now + timedelta(days=d):%Y%m%d%H%M%SZ}" for d in days)
        self.run(
            "ca", "-batch", "-notext", "-utf8", "-preserveDN", "-name", f"ca_{by}", "-in", f"{owner}.csr", "-out", f"{owner}.pem",
            "-startdate", begins, "-enddate", ends, "-extensions", role,
        )  # fmt: skip
        if role == "centre":
            self._register(owner)

    def revoke(self, owner: str, by: str, when: datetime | None = None) -> None:
        """`when` other than now is written into the centre's own book."""
        self.run("ca", "-name", f"ca_{by}", "-revoke", f"{owner}.pem")
        if when:
            book = self.folder / f"{by}.db"
            lines = [line.split("\t") for line in book.read_text().splitlines()]
            for line in lines:
                if line[0] == "R" and f"{owner}/" in line[5]:
                    line[2] = f"{when:%y%m%d%H%M%SZ}"
            book.write_text("".join("\t".join(line) + "\n" for line in lines))

    def crl(self, by: str, name: str = "", days: tuple[int, int] = (-1, 7)) -> bytes:
        name = name or f"{by}.crl"
        now = datetime.now(UTC)
        begins, ends = (f"{now + timedelta(days=d):%Y%m%d%H%M%SZ}" for d in days)
        self.run("ca", "-name", f"ca_{by}", "-gencrl", "-crl_lastupdate", begins, "-crl_nextupdate", ends, "-out", name)
        return self.read(name)

    def sign(
        self, data: bytes, *owners: str, cades: bool = True, words: tuple[str, ...] = (), form: str = "DER"
    ) -> bytes:
        (self.folder / "content.bin").write_bytes(data)
        signers = [w for o in owners for w in ("-signer", f"{o}.pem", "-inkey", f"{o}.key")]
        return self.run(
            "cms", "-sign", "-binary", *(["-cades"] if cades else []), "-in", "content.bin", *signers,
            "-md", self.digest(owners[0]), "-outform", form, *words,
        ).stdout  # fmt: skip

    def hashes(self, path: Path) -> None:
        self.run("dgst", "-md_gost12_256", path)

    def verifies(
        self, signature: bytes, data: bytes | None, roots: str, crls: tuple[str, ...] = (), form: str = "DER"
    ) -> bool:
        """What OpenSSL says of it: document, CAdES attribute, chain and lists of revoked certificates."""
        (self.folder / "check.sig").write_bytes(signature)
        content: list[str] = []
        if data is not None:
            (self.folder / "check.bin").write_bytes(data)
            content = ["-content", "check.bin"]
        trusted = self.read(f"{roots}.pem") + b"".join(self.read(c) for c in crls)
        (self.folder / "check.pem").write_bytes(trusted)
        done = self.run(
            "cms", "-verify", "-binary", "-cades", "-inform", form, "-in", "check.sig", *content, "-CAfile", "check.pem",
            *(["-crl_check_all"] if crls else []), "-purpose", "any", "-out", "/dev/null", code=None,
        )  # fmt: skip
        return done.returncode == 0

    def pkcs12(self, owner: str, *above: str, password: str = "seal") -> bytes:
        (self.folder / "above.pem").write_bytes(b"".join(self.read(f"{a}.pem") for a in above))
        more = ["-certfile", "above.pem"] if above else []
        words = ["-inkey", f"{owner}.key", "-in", f"{owner}.pem", *more, "-passout", f"pass:{password}"]
        self.run("pkcs12", "-export", *words, "-out", f"{owner}.p12")
        return self.read(f"{owner}.p12")

    def stamp(self, data: bytes, owner: str, chain: tuple[str, ...] = ()) -> bytes:
        """A time stamp token over `data`."""
        (self.folder / "stamped.bin").write_bytes(data)
        (self.folder / "tsa.serial").write_text("01\n")
        (self.folder / "chain.pem").write_bytes(b"".join(self.read(f"{c}.pem") for c in chain))
        self.run("ts", "-query", "-data", "stamped.bin", f"-{self.digest(owner)}", "-cert", "-out", "stamp.tsq")
        more = ["-chain", "chain.pem"] if chain else []
        self.run(
            "ts", "-reply", "-queryfile", "stamp.tsq", "-signer", f"{owner}.pem", "-inkey", f"{owner}.key", *more,
            f"-{self.digest(owner)}", "-token_out", "-out", "stamp.tst",
        )  # fmt: skip
        return self.read("stamp.tst")
