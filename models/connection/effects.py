"""What leaves a move: papers and letters, ordered as rows in the transaction of the move. Nothing is sent here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.connection import papers, queries, rules
from models.connection.tables import PROCESS, Application
from models.delivery import actions as delivery
from models.document import actions as document
from models.document import queries as documents
from models.document.tables import Document, DocumentState
from models.payment import actions as payment
from models.payment import queries as payments
from models.payment.rules import Floor, Site, fee
from models.people.tables import Branch, PersonKind, User
from models.process.terms import calendar

ATTACHED = {  # letter → papers that go with it
    "missing_info": ("missing_info",),
    "annulled": ("annulment",),
    "offer_placed": ("contract", "conditions", "invoice", "guide"),
    "inspection_passed": ("inspection_act",),
    "inspection_remarks": ("inspection_act",),
    "meter_admitted": ("meter_act",),
    "completed": ("readiness_notice", "connection_act", "meter_act", "guide"),
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
    "message": "Новое сообщение по заявке",
}


def carry(session: Session, case: Application, effect: str, now: datetime, reason: str = "") -> None:
    """'paper:offer' → the verb and its object."""
    verb, _, what = effect.partition(":")
    if verb == "letter":
        letter(session, case, what, now, text=reason)
    else:
        _VERBS[verb](session, case, what, now)


# ------------------------------------------------------------------------------------------------ papers
def bundle(session: Session, case: Application, now: datetime) -> papers.Bundle:
    """Everything papers of this case may need; `token` is filled in for each paper."""
    case_id = case.id or 0
    zone = queries.zone_of(session, case)
    branch = session.get(Branch, case.branch_id)
    conditions = queries.conditions(session, case_id)
    invoice = payments.invoice_of(session, case_id)
    inspections = queries.inspections(session, case_id)
    meter = queries.meter(session, case_id)
    numbers = {}
    for row in documents.papers(session, case_id):
        if row.state not in (DocumentState.REPLACED,):
            numbers[row.kind] = (row.number, row.issued_on)
    inspector = meter.inspector_id if meter else inspections[-1].inspector_id if inspections else None
    return papers.Bundle(
        case=case,
        org=queries.org(session),
        branch=branch.name if branch else "",
        zone=zone,
        calendar=calendar(session),
        rules=queries.rules_today(session, now.astimezone(zone).date()),
        now=now,
        conditions=conditions,
        invoice=invoice,
        payments=payments.instalments(session, invoice.id) if invoice and invoice.id else (),
        attachments=documents.attachments(session, case_id),
        inspection=inspections[-1] if inspections else None,
        meter=meter,
        terms=queries.terms_of(session, case_id),
        engineer=_person(session, conditions.author_id if conditions else None),
        inspector=_person(session, inspector),
        numbers=numbers,
    )


def _person(session: Session, user_id: int | None) -> dict[str, str]:
    user = session.get(User, user_id) if user_id else None
    return {"name": user.name, "post": user.post, "phone": user.phone} if user else {}


def order_paper(session: Session, case: Application, kind: str, now: datetime) -> Document:
    """Freeze the data of one paper; the issuing process makes it."""
    found = bundle(session, case, now)
    token = document.new_token()
    data = papers.data(kind, papers.with_token(found, token))
    number = found.invoice.number if kind == "invoice" and found.invoice else papers.number_of(kind, case)
    return document.order(session, case.id or 0, kind, number, papers.TITLES[kind], data, found.today, now, token=token)


def _paper(session: Session, case: Application, what: str, now: datetime) -> None:
    if what == "offer":
        order_offer(session, case, now)
    elif what == "closing":
        order_paper(session, case, rules.closing_paper(case), now)
    else:
        order_paper(session, case, what, now)


def order_offer(session: Session, case: Application, now: datetime) -> None:
    """The fee by the rates of today, the invoice with its schedule, and the four papers of the offer."""
    zone = queries.zone_of(session, case)
    day = now.astimezone(zone).date()
    settings = queries.org(session).get("connection", {})
    rates = payments.rates_on(session, day, Floor(settings.get("pref_floor", "strict")))
    found = fee(site_of(session, case), rates)
    term = queries.rules_today(session, day)["TP-06X"]
    days = int(term.alternative["length"]) if case.procurement_law and term.alternative else int(term.length or 0)
    payment.issue_invoice(
        session,
        case.id or 0,
        papers.number_of("invoice", case),
        found,
        day,
        now,
        template=settings.get("pay_template", "PAY-X25"),
        first_days=days,
    )
    for kind in rules.OFFER_PAPERS:
        order_paper(session, case, kind, now)


def site_of(session: Session, case: Application) -> Site:
    """What the fee depends on, from the case and the engineer's decision."""
    from decimal import Decimal

    conditions = queries.conditions(session, case.id or 0)
    values: dict[str, Any] = conditions.values if conditions else {}
    works = tuple(
        (w["rate"], Decimal(str(w["quantity"])))
        for w in values.get("grid_works", [])
        if w.get("rate") and w.get("quantity")
    )
    high = rules.above_low_voltage(case)
    return Site(
        individual=case.person.get("kind") == PersonKind.INDIVIDUAL,
        kw=case.power_kw,
        prior_kw=case.prior_kw,
        voltage="1-20" if high else "0.4",
        distance_m=case.distance_m or 0,
        town=case.town,
        social=case.social,
        increase=case.reason == "increase",
        checked=high,
        meter_rate=values.get("meter_rate") or ("C8.3.3" if high else "C8.3.1" if case.phases == 3 else "C8.1"),
        works=works,
        generation_kw=case.generation_kw,
        reliability=case.reliability,
    )


def _place(session: Session, case: Application, what: str, now: datetime) -> None:
    kinds = {"offer": rules.OFFER_PAPERS, "closing": (rules.closing_paper(case), "meter_act")}.get(what, (what,))
    found = [documents.current(session, case.id or 0, kind) for kind in kinds]
    document.place(session, [d for d in found if d is not None], now)


def _annul(session: Session, case: Application, what: str, now: datetime) -> None:
    if what == "offer":
        document.annul(session, case.id or 0, set(rules.OFFER_PAPERS), now)
        payment.annul_invoice(session, case.id or 0, now)


_VERBS: dict[str, Callable[[Session, Application, str, datetime], None]] = {
    "paper": _paper,
    "place": _place,
    "annul": _annul,
}


# ------------------------------------------------------------------------------------------------ letters
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
    delivery.order(session, key, kind, recipient, data, now, application_id=case.id, documents=ids)
    if not to_supplier:
        body = text or f"{case.object_name}, {case.object_address}"
        delivery.notify(
            session, key, case.applicant_id, case.id, kind, f"{NOTICES.get(kind, kind)}: {case.number}", body, now
        )


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
