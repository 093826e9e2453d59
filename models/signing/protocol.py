"""The protocol of signing: who signed what, when and how, frozen as the data of a paper. Reads rows; makes no bytes.

Shapes: documents.data.signing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.connection import effects, papers
from models.connection.papers.common import base
from models.connection.tables import Application
from models.document import actions as document
from models.document.tables import Document
from models.process.actor import SYSTEM
from models.process.tables import History
from models.signing import queries
from models.signing.moving import move
from models.signing.owner import masked
from models.signing.tables import Envelope, Method, Paper, PartyState, Signature, Signer

KIND = "signing_protocol"
TITLE = "Протокол подписания"
METHODS = {
    Method.SEAL: "усиленная электронная подпись сетевой организации",
    Method.CODE: "простая электронная подпись",
    Method.PAPER: "собственноручная подпись на бумаге",
    Method.CERTIFICATE: "усиленная электронная подпись по сертификату",
}
STATES = {
    PartyState.SIGNED: "подписал",
    PartyState.WAITING: "не потребовалось",
    PartyState.DECLINED: "отказался",
    PartyState.DELEGATED: "передал другому лицу",
}
SIDES = {"utility": "сетевая организация", "applicant": "заявитель", "third": "третье лицо"}
EVENTS = {
    "open": "пакет открыт",
    "seal": "подпись сетевой организации учтена",
    "request": "направлена просьба подписать",
    "remind": "направлено напоминание",
    "sign": "подписано",
    "record_paper": "записана подпись на бумаге",
    "confirm_paper": "подпись на бумаге проверена вторым сотрудником",
    "decline": "отказ от подписи",
    "delegate": "право подписи передано",
    "renew": "заказан новый вариант документа",
    "replace": "документ заменён",
    "complete": "подписано всеми",
}


def order(session: Session, envelope: Envelope, after: Mapping[int, str], now: datetime) -> Document:
    """Freeze the protocol of a completed, locked envelope. `after`: hash of every paper's stored bytes, read anew."""
    case = session.get(Application, envelope.application_id)
    assert case is not None  # the key says so
    token = document.new_token()
    bundle = papers.with_token(effects.bundle(session, case, now), token)
    number = f"{case.number or case.id}-П{envelope.id}"
    data = base(KIND, bundle) | {"protocol": _told(session, envelope, number, bundle.zone, after)}
    row = document.order(
        session, case.id or 0, KIND, number, TITLE, data, bundle.today, now, token=token, replaces=False
    )
    envelope.protocol_id = row.id
    before = {str(p.document_id): p.sha256 for p in queries.papers(session, envelope.id or 0)}
    changes = {"protocol": row.id, "before": before, "after": {str(k): v for k, v in after.items()}}
    move(session, envelope, "order_protocol", SYSTEM, now, changes=changes)
    return row


def sealed(session: Session, envelope: Envelope, row: Document, now: datetime, verdict: Mapping[str, Any]) -> None:
    """The seal under the protocol was verified: from now on everybody may see it."""
    document.place(session, [row], now)
    envelope.sealed_at = now
    move(session, envelope, "seal_protocol", SYSTEM, now, changes={"protocol": row.id, "verdict": masked(verdict)})


def _told(
    session: Session, envelope: Envelope, number: str, zone: ZoneInfo, after: Mapping[int, str]
) -> dict[str, Any]:
    envelope_id = envelope.id or 0
    signers, rows = queries.signers(session, envelope_id), queries.signatures(session, envelope_id)
    found = queries.papers(session, envelope_id)
    return {
        "envelope": envelope_id,
        "number": number,
        "title": envelope.title,
        "opened": _moment(envelope.opened_at, zone),
        "completed": _moment(envelope.ended_at, zone),
        "bound_to": envelope.bound_to,
        "needed": envelope.needed,
        "ordered": envelope.ordered,
        "papers": [_paper(n, p, after) for n, p in enumerate(found, 1)],
        "parties": [_party(s, zone) for s in signers],
        "signatures": [
            _signature(s, of, [r for r in rows if r.party_id == s.id], zone)
            for s in signers
            if (of := [p for p in found if any(r.party_id == s.id and r.document_id == p.document_id for r in rows)])
        ],
        "journal": [_event(h, zone) for h in queries.journal(session, envelope_id)],
    }


def _paper(number: int, paper: Paper, after: Mapping[int, str]) -> dict[str, Any]:
    return {
        "seq": number,
        "title": paper.title,
        "number": paper.number,
        "version": paper.version,
        "size": paper.size,
        "sha256": paper.sha256,
        "sha256_after": after[paper.document_id],
        "streebog": paper.streebog,
    }


def _party(signer: Signer, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "name": signer.name,
        "side": SIDES.get(signer.side, signer.side),
        "turn": signer.turn,
        "state": STATES[PartyState(signer.state)],
        "at": _moment(signer.acted_at, zone),
        "reason": signer.reason,
    }


def _signature(signer: Signer, papers_: Sequence[Paper], rows: Sequence[Signature], zone: ZoneInfo) -> dict[str, Any]:
    """One party's signature: the same moment and evidence under every paper of the envelope."""
    row = rows[0]
    return {
        "name": signer.name,
        "method": METHODS[Method(row.method)],
        "at": _moment(row.at, zone),
        "papers": ", ".join(f"№ {p.number}" for p in papers_),
        "evidence": [line for line in _evidence(row, zone) if line],
    }


def _evidence(row: Signature, zone: ZoneInfo) -> list[str]:
    where = f"адрес в сети {row.address}" if row.address else ""
    agent = f"программа {row.agent[:120]}" if row.agent else ""
    if row.method == Method.CODE:
        sent = f"код отправлен {_moment(row.code_sent_at, zone)} на {row.channel}, письмо № {row.letter_id}"
        agent_for = f"подписал представитель: {row.mark}" if row.mark else ""
        typed = f"код введён {_moment(row.at, zone)}"
        return [agent_for, sent, typed, f"соглашение, версия {row.agreement}", where, agent]
    if row.method == Method.PAPER:
        second = f"проверено вторым сотрудником {_moment(row.confirmed_at, zone)}" if row.confirmed_at else ""
        day = f"{row.signed_on:%d.%m.%Y}" if row.signed_on else ""
        return [f"подписано {day}", f"скан № {row.scan_id}", f"отметка: {row.mark}", second]
    if row.method == Method.CERTIFICATE:
        return [*_certificate(row.verdict), where, agent]
    return [f"печать: {row.mark}"]


def _certificate(verdict: Mapping[str, Any]) -> list[str]:
    cert = verdict.get("certificate") or {}
    ends = str(cert.get("not_after", ""))[:10]
    return [
        f"сертификат {cert.get('number', '')}, владелец {cert.get('owner', '')}",
        f"выдан {cert.get('issuer', '')}, действителен до {ends}",
        f"проверка: {'подпись верна' if verdict.get('status') == 'valid' else 'подпись не подтверждена'}",
    ]


def _event(row: History, zone: ZoneInfo) -> dict[str, Any]:
    name = row.tag.rsplit(":", 1)[-1]
    who = row.actor_name if row.changes.get("by_agent") else row.changes.get("party") or row.actor_name
    if isinstance(who, list):
        who = " → ".join(map(str, who))
    address = str(row.changes.get("address") or "")
    return {
        "seq": row.seq,
        "at": _moment(row.at, zone),
        "what": EVENTS.get(name, name),
        "who": str(who),
        "address": address,
        "hash": row.hash[:16],
    }


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M:%S} (МСК)" if at else ""
