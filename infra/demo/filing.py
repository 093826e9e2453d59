"""What an applicant does before the desk sees it: the form, the files, the one-time code; and what he adds later."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from infra import clock
from infra.demo import places, scans
from infra.demo.people import BANK
from infra.demo.scene import Scene
from infra.demo.words import REPLY
from infra.storage import storage
from models.connection import actions
from models.document import actions as documents
from models.people import actions as people
from models.people.tables import Branch, PersonKind, User

CONSENT = {"text": "Согласие на обработку персональных данных", "version": "2 от 01.09.2025"}
SUPPLIER = "ООО «Озёрная сбытовая компания»"
Locker = Callable[[dict[str, Any]], bytes]


def draft(session: Session, s: Scene, now: datetime) -> None:
    """Begun and left: two steps of the form are filled in."""
    user = session.get(User, s.applicant.user_id)
    branch = session.exec(select(Branch).where(Branch.name == s.life.branch)).one()
    assert user is not None
    case = actions.begin(session, user, branch.id or 0, now)
    s.case_id = case.id or 0
    name, devices, purpose = places.OBJECTS[s.life.what]
    actions.save_draft(
        session, s.case_id, s.applicant, {"object_name": name, "power_kw": _kw(s.life.kw), "step": 2}, now
    )


def submit(session: Session, s: Scene, now: datetime, lock: Locker) -> None:
    """The whole form, its files, the one-time code, and off it goes."""
    draft(session, s, now)
    typed, passport = _form(s, now), s.person.passport
    actions.save_draft(session, s.case_id, s.applicant, typed, now, lock(passport) if passport else None)
    for kind, lines in _papers(s, typed):
        attach(session, s, kind, lines, now)
    bound = actions.check_draft(session, s.case_id, s.applicant, passport, now)
    user = session.get(User, s.applicant.user_id)
    assert user is not None
    code = people.make_code(session, user, "application", bound, now)
    used = people.use_code(session, user, "application", bound, code, now)
    actions.submit(session, s.case_id, s.applicant, used, passport, now)


def _form(s: Scene, now: datetime) -> dict[str, Any]:
    rng = s.lot("form")
    name, devices, purpose = places.OBJECTS[s.life.what]
    address, cadastre = places.address(s.life.branch, s.life.what, rng)
    typed = {
        "object_name": name,
        "object_address": address,
        "cadastre": cadastre,
        "devices": devices,
        "purpose": purpose,
        "power_kw": _kw(s.life.kw),
        "commissioning": f"{rng.choice(('I', 'II', 'III'))} квартал {now.year + 1}",
        "supplier": SUPPLIER,
        "full": s.person.full,
        "consent": "yes",
        "consents": [CONSENT | {"at": f"{now.astimezone(clock.zone()):%d.%m.%Y %H:%M} (МСК)"}],
    }
    if s.person.bank_account:
        typed["bank_name"] = BANK
    if s.life.typed.get("reason") == "temporary":
        typed["temporary_until"] = (now + timedelta(days=270)).date().isoformat()
    return typed | dict(s.life.typed) | {"email": s.email}


def _kw(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _papers(s: Scene, typed: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    who, where = s.person.full or s.person.name, str(typed["object_address"])
    company = s.person.kind == PersonKind.LEGAL_ENTITY
    numbers = [f"ИНН {s.person.inn}", f"ОГРН {s.person.ogrn}"] if company else ["страницы с фотографией и пропиской"]
    found = [
        ("register" if company else "identity", [*_lines(who), *numbers]),
        ("title", [*_lines(f"Правообладатель: {who}"), *_lines(where), f"Кадастровый номер {typed['cadastre']}"]),
    ]
    large = s.life.kw > 150 and company
    if large or s.lot("plan").random() < 0.6:
        found.append(("plan", _lines(where)))
    found += [(kind, _lines(who)) for kind in ("social",) if typed.get("social")]
    found += [("generation", _lines(where)) for _ in (1,) if typed.get("generation_kw")]
    return found + [(kind, _lines(where)) for kind in _of_kind(s, large)]


def _of_kind(s: Scene, large: bool) -> list[str]:
    """What only this kind of application has to bring."""
    reason = s.life.typed.get("reason")
    if reason in ("redistribution", "reissue"):
        return ["redistribution" if reason == "redistribution" else "earlier"]
    return ["output_scheme"] if float(s.life.typed.get("generation_kw", 0)) > 15 else ["diagram"] if large else []


def _lines(text: str, width: int = 62) -> list[str]:
    found, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            found.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*found, line]


def attach(session: Session, s: Scene, kind: str, lines: list[str], now: datetime) -> int:
    """A file of the case; its id."""
    name, body = scans.scan(kind, lines)
    key = storage().put(body)
    row = documents.attach(
        session, s.case_id, s.applicant, now, kind="identity" if kind == "register" else kind, name=name,
        media_type="application/pdf", size=len(body), sha256=key, key=key,
    )  # fmt: skip
    session.flush()
    return row.id or 0


def reply(session: Session, s: Scene, now: datetime) -> None:
    attach(session, s, "reply", _lines(s.person.full or s.person.name), now)
    actions.supply_info(session, s.case_id, s.applicant, REPLY, now)


def correct(session: Session, s: Scene, now: datetime) -> None:
    actions.correct(session, s.case_id, s.applicant, {"email": s.person.email}, now)
