"""The utility's seal of this installation: from its file, or a demonstration seal made once in the home folder."""

import secrets
from functools import cache

from infra.settings import settings
from signatures import seal


@cache
def utility_seal() -> seal.Seal:
    told = settings()
    if told.seal_file:
        with open(told.seal_file, "rb") as file:
            return seal.load(file.read(), told.seal_password)
    path = told.home / "seal.p12"
    password = "demonstration"  # noqa: S105 - the demonstration seal proves nothing to anybody
    if not path.exists():
        made = seal.demonstration("Приозёрские электросети (демо)", password)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"seal.{secrets.token_hex(6)}.new")  # its own for each who makes one at the same time
        fresh.write_bytes(made)
        fresh.chmod(0o600)
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            fresh.unlink()
            return utility_seal()
        fresh.unlink()
    return seal.load(path.read_bytes(), password)
