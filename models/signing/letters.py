"""Letters of signing: to a party whose turn it is, to those who wait, to everybody at the end. Orders rows, sends nothing."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.connection import queries as cases
from models.connection.tables import Application
from models.delivery import actions as delivery
from models.delivery import spread
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.people.tables import SimpleCode, User
from models.signing import queries
from models.signing.tables import Envelope, EnvelopeState, Paper, PartyState, Signer

NOTICES = {
    "signing_request": "Документы ждут вашей подписи",
    "signing_reminder": "Напоминание: документы ждут вашей подписи",
    "signing_completed": "Документы подписаны всеми",
    "signing_ended": "Подписание прекращено",
}
ENDS = {
    EnvelopeState.DECLINED: "одна из сторон отказалась подписывать",
    EnvelopeState.EXPIRED: "срок подписания прошёл",
    EnvelopeState.CANCELLED: "подписание отменено",
}


def request(session: Session, envelope: Envelope, signer: Signer, now: datetime, *, again: int = 0) -> int | None:
    """Ask this party to sign; `again` counts reminders. Gives the letter's id; a party without e-mail gets none."""
    kind = "signing_reminder" if again else "signing_request"
    # asked anew after a paper was replaced: the hash of the papers makes it another letter
    ref = f"{envelope.bound_to[:12]}:{again}"
    return _write(session, envelope, signer, kind, ref, now, turn="Ваш ход: прочитайте и подпишите документы")


def ended(session: Session, envelope: Envelope, now: datetime) -> None:
    """Tell everybody who was asked what came of it, once."""
    kind = "signing_completed" if envelope.state == EnvelopeState.COMPLETED else "signing_ended"
    why = ENDS.get(envelope.state, "")
    details = [f"Причина: {why}{f' ({envelope.reason})' if envelope.reason else ''}"] if why else []
    papers = [envelope.protocol_id] if envelope.protocol_id and kind == "signing_completed" else []
    for signer in queries.signers(session, envelope.id or 0):
        asked = signer.asked_at is not None or signer.state in (PartyState.SIGNED, PartyState.DECLINED)
        if signer.user_id is not None and asked:
            _write(session, envelope, signer, kind, envelope.stage, now, details=details, papers=papers)


def code(session: Session, envelope: Envelope, user: User, row: SimpleCode, digits: str, now: datetime) -> int | None:
    """The letter with a code: names the papers and the last four characters of each hash. Shown to nobody at the desk."""
    papers = queries.papers(session, envelope.id or 0)
    details = [f"Код: {digits}. Действует 10 минут", *(_tail(p) for p in papers)]
    data = _data(session, envelope, user.name, now) | {"details": details, "number": "", "date": ""}
    return delivery.order(session, f"code:{row.id}", "signature_code", user.email, data, now)


def _tail(paper: Paper) -> str:
    return f"{paper.title} № {paper.number}: отпечаток заканчивается на {paper.sha256[-4:]}"


def _write(
    session: Session,
    envelope: Envelope,
    signer: Signer,
    kind: str,
    ref: str,
    now: datetime,
    *,
    turn: str = "",
    details: list[str] | None = None,
    papers: list[int] | None = None,
) -> int | None:
    user = session.get(User, signer.user_id) if signer.user_id else None
    if user is None:
        return None
    key = f"signing:{envelope.id}:{signer.id}:{kind}:{ref}"
    told = _data(session, envelope, user.name, now) | {"turn": turn, "details": details or []}
    if turn and envelope.expires_at:
        told["due"] = _day(session, envelope, envelope.expires_at)
    for agent in _agents(session, envelope, user, now):
        _one(session, envelope, agent, kind, f"{key}:agent{agent.id}", told | {"name": agent.name}, papers, now)
    return _one(session, envelope, user, kind, key, told, papers, now)


def _agents(session: Session, envelope: Envelope, user: User, now: datetime) -> list[User]:
    """Who may sign for this party: they are asked beside him."""
    found = powers.agents_of(session, user.id or 0, envelope.application_id, now)
    return [agent for agent, acts in found if Act.SIGN in acts]


def _one(
    session: Session, envelope: Envelope, user: User, kind: str, key: str, told: dict[str, object],
    papers: list[int] | None, now: datetime,
) -> int | None:  # fmt: skip
    details = told["details"] if isinstance(told["details"], list) else []
    body = "; ".join(details) or envelope.title
    case_id = _mine(session, envelope, user)
    delivery.notify(session, key, user.id or 0, case_id, kind, NOTICES[kind], body, now)
    if not user.email or not spread.letter_goes(session, user.id or 0, kind):
        return None
    return delivery.order(
        session, key, kind, user.email, told, now, application_id=envelope.application_id, documents=papers
    )


def _mine(session: Session, envelope: Envelope, user: User) -> int | None:
    """The case, when it is this person's own or a power covers it: a link of the notice leads there."""
    case = session.get(Application, envelope.application_id)
    wanted = (Act.SIGN,)
    mine = case is not None and powers.reads(session, case.applicant_id, case.id or 0, user.id or 0, wanted)
    return envelope.application_id if mine else None


def _data(session: Session, envelope: Envelope, name: str, now: datetime) -> dict[str, object]:
    """The shape of documents.data.LetterData; `link` is a path, made whole when the letter is rendered."""
    case = session.get(Application, envelope.application_id)
    assert case is not None  # the key says so
    settings = cases.org(session)
    zone = cases.zone_of(session, case)
    return {
        "name": name,
        "number": case.number or "",
        "date": (case.registered_at or case.created_at).astimezone(zone).date().isoformat(),
        "object": case.object_name,
        "address": case.object_address,
        "what": envelope.title,
        "due": "",
        "turn": "",
        "then": "",
        "link": f"/signing?id={envelope.id}",
        "phone": settings["utility"]["phone"],
        "utility": settings["utility"]["full_short"],
        "details": [],
    }


def _day(session: Session, envelope: Envelope, at: datetime) -> str:
    case = session.get(Application, envelope.application_id)
    zone: ZoneInfo = cases.zone_of(session, case) if case else ZoneInfo("Europe/Moscow")
    return at.astimezone(zone).date().isoformat()
