"""Drives cases through the whole story as many people would, over and over looking at what stands, never assuming."""

import random
import re
import threading
import time
from collections import Counter
from datetime import date

import httpx
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from infra import clock
from infra.database import Database
from models.connection import actions
from models.connection.tables import Application, Stage
from models.payment import actions as payments
from models.payment.tables import OrderState
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor, Role
from models.process.errors import FeederError, Outage
from tests.house import CONDITIONS, METER, House

CARD = {"pan": "4111111111111111", "month": "12", "year": "2031", "owner": "ANNA SMIRNOVA", "cvc": "123"}
PERSONS = (Stage.CHECKING, Stage.ENGINEERING, Stage.APPROVAL, Stage.OFFER_PLACED, Stage.EXECUTION, Stage.METERING)


class People:
    """One thread that clicks. After a lost connection it looks again: a click may have been committed or not."""

    def __init__(self, db: Database, bank: str, cases: int, rate: float, seed: int = 7, pay_by_card: int = 10) -> None:
        self.db, self.bank, self.rate, self.by_card = db, bank, rate, pay_by_card
        self.random = random.Random(seed)
        self.stop = threading.Event()
        self.clicks: Counter[str] = Counter()
        self.unsure = 0
        self.unexpected: list[str] = []
        with Session(db.engine, expire_on_commit=False) as session:
            self.house = House(session, clock.now())
            session.commit()
            self.ids = [self._file(session) for _ in range(cases)]
        self.thread = threading.Thread(target=self.run, daemon=True)

    def _file(self, session: Session) -> int:
        case = self.house.submitted()
        session.commit()
        return case.id or 0

    def run(self) -> None:
        while not self.stop.is_set():
            time.sleep(1 / self.rate)
            try:
                self.click()
            except (SQLAlchemyError, Outage, httpx.HTTPError):
                self.unsure += 1
                time.sleep(0.3)
            except FeederError as error:
                self.clicks[f"refused: {type(error).__name__}"] += 1
            except Exception as error:  # noqa: BLE001 - told at the end of the test
                self.unexpected.append(repr(error))

    def click(self) -> None:
        with self.db.transaction() as session:
            waiting = session.exec(
                select(Application.id, Application.stage).where(Application.stage.in_(PERSONS))  # type: ignore[attr-defined]
            ).all()
        if not waiting:
            return
        case_id, stage = self.random.choice(list(waiting))
        if stage == Stage.OFFER_PLACED and case_id % self.by_card == 0:
            self.pay_at_the_bank(case_id or 0)
        else:
            with self.db.transaction() as session:
                self.act(session, case_id or 0, stage)
        self.clicks[stage] += 1

    def act(self, session: Session, case_id: int, stage: str) -> None:
        now, staff = clock.now(), self.house.staff
        if stage == Stage.CHECKING:
            actions.simple_move(session, case_id, "accept", staff[Role.OPERATOR], now)
        elif stage == Stage.ENGINEERING:
            actions.save_conditions(session, case_id, staff[Role.ENGINEER], CONDITIONS, now)
            actions.submit_conditions(session, case_id, staff[Role.ENGINEER], now)
        elif stage == Stage.APPROVAL:
            actions.approve(session, case_id, staff[Role.MANAGER], now)
        elif stage == Stage.OFFER_PLACED:
            order = payments.order_payment(session, case_id, self._owner(session, case_id), now)
            payments.credit(session, order, now, now)
        elif stage == Stage.EXECUTION:
            actions.simple_move(session, case_id, "report_grid_works", staff[Role.ENGINEER], now)
        elif stage == Stage.METERING:
            self.meter(session, case_id)

    def meter(self, session: Session, case_id: int) -> None:
        now, who = clock.now(), self.house.staff[Role.METERING]
        case = session.get(Application, case_id)
        if case is not None and case.meter_admitted_at is None:
            actions.admit_meter(session, case_id, who, f"0118{case_id:08d}", METER, date.today(), now)
        else:
            actions.simple_move(session, case_id, "energise", who, now)

    def _owner(self, session: Session, case_id: int) -> Actor:
        case = session.get(Application, case_id)
        assert case is not None
        user = session.get(User, case.applicant_id)
        assert user is not None
        return actor_of(user)

    def pay_at_the_bank(self, case_id: int) -> None:
        """Order, wait for the bank's page, type a card and the code; the call-back and the leg do the rest."""
        with self.db.transaction() as session:
            order = payments.order_payment(session, case_id, self._owner(session, case_id), clock.now())
            known = (order.state, order.form_url)
        if known[0] != OrderState.REGISTERED:
            return  # another click later will find the page
        with httpx.Client(timeout=5, follow_redirects=False) as browser:
            browser.post(known[1], data=CARD)
            page = browser.get(known[1]).text
            if code := _code(page):
                browser.post(f"{known[1]}/code", data={"code": code})


def _code(page: str) -> str:
    """The one-time code that the sandbox shows on its own page."""
    found = re.search(r'id="sandbox-code"[^>]*>\s*([\d\s\u00a0]+)<', page)
    return re.sub(r"\D", "", found[1]) if found else ""
