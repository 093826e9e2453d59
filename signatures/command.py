"""What `feeder verify` does: files and folders in, a verdict for programs and its exit code out. Prints nothing itself."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.process.words import N_
from signatures import message, trust
from signatures.files import judge
from signatures.verdict import Check, Status, Unusable, Verdict, overall

CODES = {Status.VALID: 0, Status.INVALID: 1, Status.UNDETERMINED: 2}
UNUSABLE = 3
_Say = Callable[[str], str]


def run(
    file: Path | None, signature: Path | None, roots: Path | None, crls: Path | None, at: str, now: datetime, say: _Say
) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON: 0 valid, 1 invalid, 2 undetermined, 3 unusable input. `say` translates our texts."""
    try:
        moment = _moment(at, now)
        verdicts = _judged(file, signature, roots, crls, moment)
    except Unusable as unusable:
        return UNUSABLE, {"status": "unusable", "reason": _said(unusable.template, unusable.facts, say)}
    except OSError as error:
        return UNUSABLE, {"status": "unusable", "reason": _no_file(error, say)}
    worst = overall(verdicts)
    told = {"status": worst.status.value, "reason": _said(worst.reason, worst.facts, say), "at": moment.isoformat()}
    return CODES[worst.status], told | {"signatures": [as_json(verdict, say) for verdict in verdicts]}


_ABSENT = {
    FileNotFoundError: N_("There is no file %(name)s"),
    IsADirectoryError: N_("%(name)s is not a plain file"),
    PermissionError: N_("The file %(name)s may not be read"),
}


def _no_file(error: OSError, say: _Say) -> str:
    """In the reader's language where the system's word for it is known."""
    facts = {"name": error.filename or "", "reason": error.strerror or ""}
    return _said(_ABSENT.get(type(error), N_("%(name)s: %(reason)s")), facts, say)


def _moment(at: str, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(at) if at else now
    except ValueError:
        raise Unusable(N_("Write the time as 2026-11-22T12:00:00+03:00, not %(given)s"), given=at) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _judged(
    file: Path | None, signature: Path | None, roots: Path | None, crls: Path | None, at: datetime
) -> list[Verdict]:
    if file is None or roots is None:
        raise Unusable(N_("Name the file and the folder of trusted roots: feeder verify FILE [SIG] --roots DIR"))
    believed = trust.folders(roots, crls)
    beside = _small(signature) if signature else None
    with file.open("rb") as opened:
        return judge(opened, beside, believed, at)


def _small(path: Path) -> bytes:
    if path.stat().st_size > message.LARGEST:
        raise Unusable(N_("The signature file is too large"))
    return path.read_bytes()


def as_json(verdict: Verdict, say: _Say) -> dict[str, Any]:
    """For programs: codes stay, texts are translated, times are ISO in UTC."""
    held = verdict.certificate
    certificate = {k: _plain(v) for k, v in vars(held).items()} if held else None
    return {
        "status": verdict.status.value,
        "reason": _said(verdict.reason, verdict.facts, say),
        "signer": verdict.signer,
        "qualified": verdict.qualified,
        "signed_at": _plain(verdict.signed_at),
        "trusted_time": _plain(verdict.trusted_time),
        "stamped": verdict.stamped,
        "certificate": certificate,
        "checks": [_check(check, say) for check in verdict.checks],
    }


def _check(check: Check, say: _Say) -> dict[str, str]:
    detail = _said(check.detail, check.facts, say)
    return {"code": check.code, "name": say(check.name), "outcome": check.outcome.value, "detail": detail}


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _said(template: str, facts: Mapping[str, object], say: _Say) -> str:
    if not template:
        return ""
    return say(template) % facts if facts else say(template)
