"""Letters of a case and the lines of its notices, ordered as rows in the transaction of the move. Nothing is sent here."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.connection import queries
from models.connection.tables import PROCESS, Application
from models.delivery import actions as delivery
from models.delivery import spread
from models.document import queries as documents
from models.document.tables import DocumentState
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.people.tables import PersonKind, User
from models.signing import queries as envelopes
from models.signing.tables import Envelope, EnvelopeState

ATTACHED = {  # letter → papers that go with it
    "missing_info": ("missing_info",),
    "annulled": ("annulment",),
    "returned": ("refusal",),
    "redirected": ("refusal",),
    "offer_placed": ("contract", "conditions", "invoice", "guide"),
    "inspection_passed": ("inspection_act",),
    "inspection_remarks": ("inspection_act",),
    "meter_admitted": ("meter_act",),
    "completed": ("readiness_notice", "connection_act", "meter_act", "guide"),
    "contract_sent": ("contract", "conditions"),
    "act_to_sign": ("tu_act", "connection_act", "reserve_act", "supplement", "termination"),
    "documents_reissued": ("connection_act", "conditions", "invoice"),
    "supplier_copies": ("application", "contract", "conditions"),
    "supplier_acts": ("readiness_notice", "connection_act", "meter_act"),
}
NOTICES = {  # the line in the cabinet's «Уведомления»
    "registered": "Заявка зарегистрирована",
    "missing_info": "Нужны недостающие сведения",
    "info_received": "Сведения получены, проверка продолжается",
    "offer_placed": "Размещены договор, технические условия и счёт",
    "disagreement_received": "Отказ от условий получен, готовим исправленные",
    "contract_concluded": "Платёж получен, договор заключён",
    "payment_received": "Платёж получен",
    "payment_due": "Напоминание об оплате",
    "info_due": "Напоминание: ждём недостающие сведения",
    "works_done": "Работы сети выполнены",
    "inspection_passed": "Осмотр пройден",
    "inspection_remarks": "Осмотр: есть замечания",
    "meter_admitted": "Прибор учёта допущен в эксплуатацию",
    "energised": "Напряжение подано",
    "completed": "Присоединение завершено, акты в кабинете",
    "annulled": "Заявка аннулирована",
    "withdrawn": "Заявка отозвана",
    "redirected": "Заявка перенаправлена",
    "returned": "Заявка возвращена",
    "suspended": "Сроки приостановлены",
    "resumed": "Сроки возобновлены",
    "contract_sent": "Проект договора и технические условия направлены на подпись",
    "contract_due": "Напоминание: проект договора ждёт подписи",
    "act_to_sign": "Документ размещён и ждёт вашей подписи",
    "contract_changed": "Изменение договора вступило в силу",
    "documents_reissued": "Документы о присоединении оформлены",
    "conditions_due": "Напоминание: заканчивается срок технических условий",
    "message": "Новое сообщение по заявке",
}


COPY = ":agent"  # in the key of a representative's copy: it tells the applicant nothing


def letter(
    session: Session, case: Application, kind: str, now: datetime, *, text: str = "", due: str = "", ref: str = ""
) -> None:
    """A letter to the applicant with its papers and a line in his notices, or a letter to the supplier.

    The key is bound to the step of the history: a step done once orders once."""
    if case.number is None:
        return  # a draft that was thrown away: nobody has to be told
    settings = queries.org(session)
    key = f"{PROCESS}:{case.id}:{case.version}:{kind}{ref}"
    attached = [documents.current(session, case.id or 0, k) for k in ATTACHED.get(kind, ())]
    ids = [d.id for d in attached if d and d.id and d.state in (DocumentState.STORED, DocumentState.PLACED)]
    to_supplier = kind.startswith("supplier_")
    recipient = settings["supplier"]["email"] if to_supplier else case.person.get("email", "")
    data = letter_data(session, case, text=text, due=due)
    if envelope := _to_sign(session, case, kind):
        data |= {"link": f"/signing?id={envelope.id}", "turn": "Ваш ход: прочитайте и подпишите документы"}
    if to_supplier or spread.letter_goes(session, case.applicant_id, kind):
        delivery.order(session, key, kind, recipient, data, now, application_id=case.id, documents=ids)
    if not to_supplier:
        body = text or f"{case.object_name}, {case.object_address}"
        title = f"{NOTICES.get(kind, kind)}: {case.number}"
        delivery.notify(session, key, case.applicant_id, case.id, kind, title, body, now)
        _to_agents(session, case, key, kind, title, body, data, ids, now)


def _to_agents(
    session: Session, case: Application, key: str, kind: str, title: str, body: str, data: dict[str, Any],
    papers: list[int], now: datetime,
) -> None:  # fmt: skip
    """The same to who acts for the applicant, as far as their power goes; to each by his own wishes."""
    for user, acts in powers.agents_of(session, case.applicant_id, case.id or 0, now):
        told = _HEARD.get(kind, set(Act)) & acts
        if not told:
            continue
        mine = f"{key}{COPY}{user.id}"
        delivery.notify(session, mine, user.id or 0, case.id, kind, title, body, now)
        if user.email and spread.letter_goes(session, user.id or 0, kind):
            theirs = data | {"name": user.name, "link": f"/application?id={case.id}"}
            sees = papers if {Act.RECEIVE, Act.SIGN} & acts else []
            delivery.order(session, mine, kind, user.email, theirs, now, application_id=case.id, documents=sees)


_MONEY: set[str] = {Act.PAY, Act.RECEIVE}
_HEARD: dict[str, set[str]] = {  # letters that not every representative reads
    "message": {Act.CORRESPOND},
    "payment_received": _MONEY,
    "payment_due": _MONEY,
}


ASKING = {  # letters that ask for a signature: purposes of the envelope, and the clock that says until when
    "contract_sent": {"contract": "TP-06O"},
    "act_to_sign": {"tu_act": "TP-14A", "connection_act": "", "supplement": "TP-24", "termination": "TP-24"},
}


def _to_sign(session: Session, case: Application, kind: str) -> Envelope | None:
    """The envelope that this letter speaks of: the newest open one."""
    found = [envelopes.newest(session, PROCESS, case.id or 0, purpose) for purpose in ASKING.get(kind, ())]
    open_ones = [e for e in found if e is not None and e.state == EnvelopeState.OPEN]
    return max(open_ones, key=lambda e: e.id or 0, default=None)


def due_of(session: Session, case: Application, kind: str) -> str:
    """Until when the applicant signs, as an ISO day; "" when no clock runs for it."""
    envelope = _to_sign(session, case, kind)
    return last_day(session, case, ASKING[kind][envelope.purpose]) if envelope else ""


def last_day(session: Session, case: Application, rule: str) -> str:
    """Of the newest clock of this rule, as an ISO day; "" when there is none."""
    found = [t for t in queries.terms_of(session, case.id or 0) if t.rule == rule and t.cancelled_at is None]
    return found[-1].due_on.isoformat() if found else ""


def letter_data(session: Session, case: Application, *, text: str = "", due: str = "") -> dict[str, Any]:
    """The shape of documents.data.LetterData; `link` is a path, made whole when the letter is rendered."""
    settings = queries.org(session)
    zone = queries.zone_of(session, case)
    registered = case.registered_at or case.created_at
    return {
        "name": _address(case.person),
        "number": case.number,
        "date": registered.astimezone(zone).date().isoformat(),
        "object": case.object_name,
        "address": case.object_address,
        "what": text,
        "due": due,
        "turn": "",
        "then": "",
        "link": f"/s/{case.status_token}",
        "phone": settings["utility"]["phone"],
        "utility": settings["utility"]["full_short"],
        "details": [],
    }


def _address(person: dict[str, Any]) -> str:
    """«Анна Викторовна», or the short name of an organisation."""
    name = str(person.get("name", ""))
    parts = name.split()
    return " ".join(parts[1:3]) if person.get("kind") == PersonKind.INDIVIDUAL and len(parts) >= 3 else name


def staff_of(session: Session, role: str, branch_id: int | None) -> User | None:
    """Somebody of a role, of this branch if there is one."""
    query = select(User).where(User.role == role, User.active)
    found = session.exec(query).all()
    return next((u for u in found if u.branch_id == branch_id), found[0] if found else None)
