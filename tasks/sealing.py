"""The utility's seal of this installation: from its PKCS#12 file, or a demonstration seal made once in the home folder.
Gives no seal that was not verified: whoever stores one stores a proved one."""

import secrets
from datetime import UTC, datetime
from functools import cache

from infra.profiles import profile
from infra.settings import settings
from infra.trouble import Trouble
from infra.wording import _
from signatures import seal, verify
from signatures.verdict import Status, Unusable, overall


class SealBroken(Exception):
    """The seal that was just made does not hold: nothing is stored, the row is tried again or set aside for a person."""


def sealed(data: bytes) -> tuple[bytes, str]:
    """(detached CAdES over the bytes, owner). Verified by the reading side against our own certificate alone.

    Raises SealBroken."""
    mine = utility_seal()
    proof = seal.sign(data, mine)
    verdict = overall(verify.detached(data, proof, mine.trust, datetime.now(UTC)))
    if verdict.status is not Status.VALID:
        raise SealBroken(f"{verdict.status}: {verdict.reason}")
    return proof, mine.owner


@cache
def utility_seal() -> seal.Seal:
    told = settings()
    if told.seal_file:
        return _from_settings(told.seal_file, told.seal_password)
    path = told.home / "seal.p12"
    password = "demonstration"  # noqa: S105 - the demonstration seal proves nothing to anybody
    if not path.exists():
        made = seal.demonstration(f"{profile().utility.name} (демо)", password)
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


def _from_settings(place: str, password: str) -> seal.Seal:
    try:
        return seal.open_seal(place, password)
    except (OSError, ValueError, Unusable) as error:
        reason = _(error.template) if isinstance(error, Unusable) else str(error)
        raise Trouble(_("The seal of FEEDER_SEAL_FILE cannot be used: %(reason)s") % {"reason": reason}) from error
