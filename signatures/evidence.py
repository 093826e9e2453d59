"""The proof of an evidence pack, without a database and without the network: manifest, hashes, seals, chains of history.

A line says what was proved or refuted. What cannot be read at all raises Unusable; what contradicts itself is broken.
Shape of a pack: dashboard/evidence.py."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.process import history
from models.process.tables import History
from models.process.words import N_
from signatures import verify
from signatures.archive import Archive, parsed
from signatures.trust import Trust
from signatures.verdict import Outcome, Status, Unusable, Verdict, overall

PROVED, BROKEN, UNUSABLE = 0, 1, 3
FORMAT = "feeder-evidence-1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.p7s"
_MATHEMATICS = (
    "form",
    "document",
    "signature",
)  # trust in the certificate is the reader's: he compares the fingerprint
_ASKED = frozenset(
    {*_MATHEMATICS, "attributes", "named"}
)  # older seals do not name their certificate: a doubt, no refutation

_SAME = N_("%(name)s, № %(number)s: valid on %(at)s by the lists of the pack; root certificate SHA-256 %(roots)s")
_OTHER = N_("%(name)s, № %(number)s: the lists of the pack do not make the signature valid on %(at)s")


@dataclass(frozen=True)
class Line:
    """One verdict: English source text for gettext with its facts."""

    good: bool
    template: str
    facts: dict[str, object] = field(default_factory=dict)


def prove(path: Path, fingerprint: str = "", at: datetime | None = None) -> list[Line]:
    """Every check of the pack. `fingerprint`: SHA-256 of the certificate the utility publishes; a pack sealed by another
    one is broken. Raises Unusable."""
    with Archive(path) as archive:
        signed = archive.read(MANIFEST)
        manifest = _manifest(signed)
        lines = list(_sealed(archive, signed, fingerprint, at or datetime.now(UTC)))
        if lines[0].good:  # nothing in a manifest that nobody signed is worth reading further
            for check in (_files, _papers, _signatures, _chains):
                lines += _guarded(check, archive, manifest)
        return lines


def run(path: Path, fingerprint: str, words: Callable[[str], str]) -> tuple[int, list[str]]:
    """What the command prints, a line a check, and its exit code: 0 proved, 1 broken, 3 cannot be used."""
    try:
        lines = prove(path, fingerprint)
    except Unusable as unusable:
        return UNUSABLE, [words(unusable.template) % unusable.facts if unusable.facts else words(unusable.template)]
    good = all(line.good for line in lines)
    marks = {True: words(N_("proved")), False: words(N_("BROKEN"))}
    told = [f"{marks[line.good]:<10} {words(line.template) % line.facts}" for line in lines]
    end = N_("The pack is proved") if good else N_("The pack is broken: it is no evidence")
    return (PROVED if good else BROKEN), [*told, words(end)]


def _manifest(signed: bytes) -> dict[str, Any]:
    found = parsed(MANIFEST, signed)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unusable(N_("The archive is not an evidence pack of this programme"))
    shapes = {"case": dict, "files": dict, "papers": list, "signatures": list, "chains": list}
    if any(not isinstance(found.get(name), kind) for name, kind in shapes.items()):
        raise Unusable(N_("%(name)s is not a record of the pack"), name=MANIFEST)
    return found


def _guarded(
    check: Callable[[Archive, dict[str, Any]], Iterator[Line]], archive: Archive, manifest: dict[str, Any]
) -> list[Line]:
    """A sealed record of another shape than ours is no pack of ours."""
    try:
        return list(check(archive, manifest))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unusable(N_("%(name)s is not a record of the pack"), name=MANIFEST) from error


# ------------------------------------------------------------------------------------------------ the seal
def _sealed(archive: Archive, signed: bytes, fingerprint: str, at: datetime) -> Iterator[Line]:
    verdict = _verdict(signed, archive.read(SIGNATURE), at)
    facts = _who(verdict)
    if not mathematical(verdict) or "named" not in _passed(verdict):
        yield Line(False, N_("The manifest is not what was sealed"), facts)
        return
    yield Line(True, N_("The manifest is sealed by %(signer)s, certificate %(number)s, SHA-256 %(sha256)s"), facts)
    if fingerprint:
        same = _bare(fingerprint) == _bare(str(facts["sha256"]))
        yield Line(
            same, N_("The certificate is the one you named") if same else N_("The certificate is not the one you named")
        )


def _verdict(data: bytes, signature: bytes, at: datetime) -> Verdict:
    found = verify.detached(data, signature, Trust(), at)
    return found[0] if len(found) == 1 else verify.refused(at, N_("Nobody has signed in this file"))


def mathematical(verdict: Verdict) -> bool:
    """The bytes are those that were signed with the key of the certificate that was sent along."""
    refuted = {check.code for check in verdict.checks if check.outcome is Outcome.FAILED}
    return set(_MATHEMATICS) <= _passed(verdict) and not refuted & _ASKED and verdict.certificate is not None


def _passed(verdict: Verdict) -> set[str]:
    return {check.code for check in verdict.checks if check.outcome is Outcome.PASSED}


def _who(verdict: Verdict) -> dict[str, object]:
    found = verdict.certificate
    return {
        "signer": found.owner if found else "?",
        "number": found.number if found else "",
        "sha256": found.sha256 if found else "",
    }


def _bare(fingerprint: str) -> str:
    return "".join(c for c in fingerprint.lower() if c in "0123456789abcdef")


# ------------------------------------------------------------------------------------------------ the files
def _files(archive: Archive, manifest: dict[str, Any]) -> Iterator[Line]:
    """Every file is named and is what the manifest says; nothing was added."""
    named = manifest["files"]
    broken = 0
    for name in sorted(named):
        told = named[name]
        if name not in archive.names:
            broken += 1
            yield Line(False, N_("%(name)s is gone"), {"name": name})
        elif archive.sha256(name) != (told["sha256"], told["size"]):
            broken += 1
            yield Line(False, N_("%(name)s was changed"), {"name": name})
    for name in sorted(archive.names - set(named) - {MANIFEST, SIGNATURE}):
        broken += 1
        yield Line(False, N_("%(name)s was added"), {"name": name})
    if not broken:
        yield Line(True, N_("All files are those of the manifest. Files: %(count)s"), {"count": len(named)})


def _papers(archive: Archive, manifest: dict[str, Any]) -> Iterator[Line]:
    """The hash each paper was issued with, and the seal over its PDF."""
    for paper in manifest["papers"]:
        facts = {"title": str(paper["title"]), "number": str(paper["number"]), "version": paper["version"]}
        wrong = [f for f in ("pdf", "docx") if paper[f] and _sha(archive, paper[f]) != paper[f"{f}_sha256"]]
        if wrong:
            yield Line(
                False, N_("%(title)s № %(number)s, version %(version)s: the file is not the one that was issued"), facts
            )
        elif not paper["pdf"]:
            yield Line(True, N_("%(title)s № %(number)s, version %(version)s: was never made"), facts)
        else:
            yield _seal_of(archive, paper, facts)


def _seal_of(archive: Archive, paper: dict[str, Any], facts: dict[str, object]) -> Line:
    if not paper["seal"] or paper["seal"] not in archive.names or paper["pdf"] not in archive.names:
        return Line(False, N_("%(title)s № %(number)s, version %(version)s: its seal is gone"), facts)
    verdict = _verdict(archive.read(paper["pdf"]), archive.read(paper["seal"]), datetime.now(UTC))
    if not mathematical(verdict):
        return Line(False, N_("%(title)s № %(number)s, version %(version)s: the seal does not fit the paper"), facts)
    return Line(
        True, N_("%(title)s № %(number)s, version %(version)s: whole, sealed by %(signer)s"), facts | _who(verdict)
    )


def _signatures(archive: Archive, manifest: dict[str, Any]) -> Iterator[Line]:
    """Signature files of the parties over the papers they signed."""
    for row in manifest["signatures"]:
        facts: dict[str, object] = {"name": str(row["name"]), "number": str(row["number"])}
        if row["file"] not in archive.names or row["paper"] not in archive.names:
            yield Line(False, N_("%(name)s, № %(number)s: the signature is gone"), facts)
        elif mathematical(_verdict(archive.read(row["paper"]), archive.read(row["file"]), datetime.now(UTC))):
            yield Line(True, N_("%(name)s, № %(number)s: the signature fits the paper"), facts)
            yield from _again(archive, row, facts)
        else:
            yield Line(False, N_("%(name)s, № %(number)s: the signature does not fit the paper"), facts)


def _again(archive: Archive, row: dict[str, Any], facts: dict[str, object]) -> Iterator[Line]:
    """The verdict of the day of signing, made anew by the roots and lists of the pack alone."""
    told = row.get("trust")
    if told is None:
        return
    try:
        trust = Trust.of(*([archive.read(name) for name in told[part]] for part in ("roots", "between", "lists")))
    except Unusable as gone:
        yield Line(False, gone.template, gone.facts)
        return
    at = datetime.fromisoformat(told["at"])
    verdict = overall(verify.detached(archive.read(row["paper"]), archive.read(row["file"]), trust, at))
    facts = facts | {
        "at": f"{at:%d.%m.%Y %H:%M} UTC",
        "roots": ", ".join(hashlib.sha256(r.dump()).hexdigest() for r in trust.roots),
    }
    good = verdict.status is Status.VALID
    yield Line(good, _SAME if good else _OTHER, facts)


def _sha(archive: Archive, name: str) -> str:
    return archive.sha256(name)[0] if name in archive.names else ""


# ------------------------------------------------------------------------------------------------ the history
def _chains(archive: Archive, manifest: dict[str, Any]) -> Iterator[Line]:
    """Each chain of history by the rule the database keeps, up to the hash its subject remembered."""
    for told in manifest["chains"]:
        rows = [_row(r) for r in archive.record(told["file"])] if told["file"] in archive.names else []
        strange = [r for r in rows if (r.process, r.subject_id) != (told["process"], told["subject_id"])]
        facts: dict[str, object] = {"process": told["process"], "subject": told["subject_id"], "count": len(rows)}
        faults = history.broken(rows, told["last"])
        for fault in faults:
            yield Line(False, N_("History of %(process)s %(subject)s: %(fault)s"), facts | {"fault": fault})
        if strange or len(rows) != told["rows"]:
            yield Line(False, N_("History of %(process)s %(subject)s: rows were added or taken away"), facts)
        elif not faults:
            yield Line(True, N_("The history of %(process)s %(subject)s is whole. Rows: %(count)s"), facts)


def _row(told: dict[str, Any]) -> History:
    return History(**(told | {"at": datetime.fromisoformat(told["at"])}))
