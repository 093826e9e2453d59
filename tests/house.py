"""A small household of people and cases for tests: made through the actions, like everything real."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from infra.keys import vault_keys
from models.connection import actions
from models.connection.tables import Application
from models.document import actions as documents
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import Branch, PersonKind, User
from models.process.actor import Actor, Role
from signatures.secrets import Vault

PASSPORT = {
    "passport_series": "4108",
    "passport_number": "512340",
    "passport_issued": "2008-04-02",
    "passport_code": "470-021",
    "passport_issuer": "ТП № 47 отдела УФМС России",
}
CONDITIONS: dict[str, Any] = {
    "source": "ПС 110/10 «Озёрная»",
    "feeder": "Ф-7 10 кВ",
    "substation": "КТП-214, 160 кВА",
    "point": "опора № 12 ВЛИ-0,4 кВ",
    "distance_m": 12,
    "town": False,
    "breaker_a": 25,
    "meter_rate": "C8.3.1",
    "grid_works": [
        {"what": "Строительство ответвления ВЛИ-0,4 кВ", "volume": "12 м", "rate": "C2.3.1.4.1.1", "quantity": "0.2"}
    ],
    "own_works": [{"what": "Ввод от щита учёта до дома", "volume": ""}],
    "metering": [{"name": "Тип", "value": "трёхфазный, прямого включения"}],
    "years": 2,
}
METER: dict[str, Any] = {
    "model": "Меркурий 234 ARTM-02",
    "phases": 3,
    "accuracy": "1.0",
    "verified": "2026-05-12",
    "interval_years": 16,
    "next_check": "2042-05-12",
    "seals": ["крышка зажимов — ПЭС 004417"],
    "transformers": None,
    "readings": [{"zone": "сумма", "value": "000012.4"}],
    "place": "щит учёта на границе участка",
    "scheme": "прямое включение",
    "modem": "",
    "owner": "сетевая организация",
}


class House:
    """Staff of every role in one branch, and applicants by need."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.branch = session.exec(select(Branch)).first()
        assert self.branch is not None
        self.staff: dict[Role, Actor] = {}
        for role in Role:
            if role not in (Role.SYSTEM, Role.APPLICANT):
                self.staff[role] = actor_of(self._user(role.lower(), role, f"Сотрудник {role.title()} Петрович"))
        self.second_manager = actor_of(self._user("manager2", Role.MANAGER, "Вторая Мария Ивановна"))
        self.count = 0

    def _user(self, login: str, role: Role, name: str, **more: Any) -> User:
        user = User(
            login=login, role=role, name=name, branch_id=self.branch.id, password_hash="", created_at=self.now, **more
        )
        self.session.add(user)
        self.session.flush()
        return user

    def applicant(self, kind: PersonKind = PersonKind.INDIVIDUAL) -> User:
        self.count += 1
        more: dict[str, Any] = {"kind": kind, "email": f"a{self.count}@pochta.example", "phone": "+79225550123"}
        more["address"] = "пос. Лесное, ул. Озёрная, д. 5"
        if kind == PersonKind.INDIVIDUAL:
            return self._user(
                f"1122334459{self.count}", Role.APPLICANT, "Смирнова Анна Викторовна", snils="11223344595", **more
            )
        head = {"head": "Орлов Пётр Ильич", "head_post": "Генеральный директор", "authority": "устав"}
        return self._user(
            f"4712009314{self.count}", Role.APPLICANT, "ООО «Лесной двор»",
            inn="4712009314", ogrn="1024701649180", kpp="471201001", **head, **more,
        )  # fmt: skip

    def draft(self, user: User | None = None, files: tuple[str, ...] = (), **typed: Any) -> Application:
        """`files`: papers besides the two that everybody attaches."""
        user = user or self.applicant()
        case = actions.begin(self.session, user, self.branch.id or 0, self.now)
        values = {
            "object_name": "Садовый дом",
            "object_address": "Лесненский р-н, пос. Лесное, СНТ «Берёзка», уч. 47",
            "cadastre": "47:03:0512004:118",
            "devices": "электроплита, водонагреватель, освещение",
            "purpose": "Бытовые нужды" if user.kind == PersonKind.INDIVIDUAL else "Производство",
            "commissioning": "II квартал 2027",
            "supplier": "ООО «Озёрная сбытовая компания»",
            "power_kw": "15" if user.kind == PersonKind.INDIVIDUAL else "120",
            "birth_date": "1984-03-17",
            "consent": "yes",
        } | typed
        actor = actor_of(user)
        actions.save_draft(self.session, case.id or 0, actor, values, self.now, Vault(vault_keys()).lock(PASSPORT))
        for kind in ("identity", "title", *files):
            body = f"{kind} {case.id}".encode()
            documents.attach(
                self.session, case.id or 0, actor, self.now, kind=kind, name=f"{kind}.pdf", media_type="application/pdf",
                size=len(body), sha256=hashlib.sha256(body).hexdigest(), key=hashlib.sha256(body).hexdigest(),
            )  # fmt: skip
        return case

    def submitted(self, user: User | None = None, **typed: Any) -> Application:
        user = user or self.applicant()
        case = self.draft(user, **typed)
        actor = actor_of(user)
        bound = actions.check_draft(self.session, case.id or 0, actor, PASSPORT, self.now)
        code = people.make_code(self.session, user, "application", bound, self.now)
        used = people.use_code(self.session, user, "application", bound, code, self.now)
        return actions.submit(self.session, case.id or 0, actor, used, PASSPORT, self.now)

    def owner(self, case: Application) -> Actor:
        user = self.session.get(User, case.applicant_id)
        assert user is not None
        return actor_of(user)

    def later(self, **delta: float) -> datetime:
        self.now = self.now + timedelta(**delta)
        return self.now
