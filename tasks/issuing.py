"""Units of issuing: make the bytes (no transaction open), seal, store, record. The same data make the same bytes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from documents import issue as papers
from infra import clock
from infra.engine.leg import Leg
from infra.keys import vault_keys
from infra.storage import storage
from models.connection.tables import Application
from models.document import actions, wordings
from models.document.tables import Document, DocumentState
from models.process import work
from models.process.work import Row
from signatures.secrets import Vault
from tasks.sealing import sealed, utility_seal
from tasks.steps import outside

APPLICANT = "Заявитель"  # his stamp is his own: the seal of the utility is never drawn under his name


@dataclass(frozen=True)
class Made:
    """Keys, hashes and sizes of what was stored."""

    template_version: str
    pdf: tuple[str, str, int]
    docx: tuple[str, str, int]
    seal: tuple[str, str]


def issue(leg: Leg, row: Row) -> None:
    """One paper, whole: an error stays with its row."""
    try:
        with leg.db.transaction() as session:
            found = session.get(Document, row.subject)
            told = _source(session, found) if found and found.state == DocumentState.ORDERED else None
        if told is None:
            return
        made = outside(make, *told)
    except Exception as error:  # noqa: BLE001 - a paper that cannot be made is its row's fault
        leg.fault(row, error)
        return
    leg.each(lambda session, r: _record(session, r, made, clock.now()), [row])


def _source(session: Session, paper: Document) -> tuple[str, dict[str, Any], str | None]:
    """Kind, the frozen data, and the wording in force on the paper's day (None: the shipped one). The passport is
    decrypted for the papers that name it, and only here."""
    data = dict(paper.data)
    case = session.get(Application, paper.application_id)
    if case and case.passport and paper.kind in ("application", "contract"):
        data["applicant"] = {**data["applicant"], "passport": _passport(Vault(vault_keys()).open(case.passport))}
    data["signers"] = [
        s if s.get("title") == APPLICANT else s | {"stamp": _stamp(paper.ordered_at)} for s in data["signers"]
    ]
    wording = wordings.effective(session, papers.template_name(paper.kind, data), paper.issued_on)
    return paper.kind, data, wording.text if wording else None


def _stamp(at: datetime) -> dict[str, Any]:
    """The visible mark of the seal under the paper: number, owner, validity (ГОСТ Р 7.0.97-2016, 5.23). The signature itself is made
    over the bytes afterwards."""
    found = utility_seal()
    first, last = found.certificate.not_valid_before_utc, found.certificate.not_valid_after_utc
    return {
        "level": "усиленная электронная подпись",
        "lines": [
            f"Сертификат {found.number}",
            f"Владелец {found.owner}",
            f"Действителен с {first:%d.%m.%Y} по {last:%d.%m.%Y}",
            f"Подписано {at.astimezone(clock.zone()):%d.%m.%Y %H:%M} (МСК)",
        ],
    }


def _passport(typed: dict[str, str]) -> dict[str, str]:
    return {
        "series": typed.get("passport_series", ""),
        "number": typed.get("passport_number", ""),
        "issued_by": typed.get("passport_issuer", ""),
        "issued_on": typed.get("passport_issued", ""),
        "department": typed.get("passport_code", ""),
    }


@task(name="make and store a paper", retries=1, retry_delay_seconds=1, persist_result=False, cache_policy=NO_CACHE)
def make(kind: str, data: dict[str, Any], wording: str | None = None) -> Made:
    """Bytes, seal and storage; nothing here writes a row. Storing twice is storing once: names are hashes."""
    found = papers.render(kind, data, wording)
    store = storage()
    proof, owner = sealed(found.pdf)  # verified: a paper is stored only with a seal that holds
    return Made(
        template_version=found.template_version,
        pdf=(store.put(found.pdf), found.pdf_sha256, len(found.pdf)),
        docx=(store.put(found.docx), found.docx_sha256, len(found.docx)),
        seal=(store.put(proof), owner),
    )


def _record(session: Session, row: Row, made: Made, now: datetime) -> None:
    paper = session.get(Document, row.subject, with_for_update=True)
    work.fence(session, row)
    if paper is not None and paper.state == DocumentState.ORDERED:
        actions.stored(
            session, paper, now, template_version=made.template_version, pdf=made.pdf, docx=made.docx, seal=made.seal
        )
