"""Anna's account as the registers of the billing tell it: two bills, three payments, a meter; and a stranger's account."""

from datetime import date, timedelta

from sqlmodel import Session, select

from infra import clock
from models.account import actions, queries
from models.account.tables import RegisterKind
from models.people.rules import actor_of
from models.people.tables import User
from tests.dashboard.views.cabinet import Cabinet
from tests.models.account.billing import NUMBER, OTHER, Billing
from tests.models.story import Story

ADDRESS = "г. Приозёрск, ул. Прямая, дом 1, кв. 11"
LINE = f"{ADDRESS}, ЛС\u00a0{NUMBER}"
MINE = {"Лицевой счёт": NUMBER}
NOTHING = dict.fromkeys(("Тариф", "Долг", "Оплачено", "Объём", "Начислено", "Перерасчёт", "Приборы учёта"), "0")
GAS = MINE | NOTHING | {"Услуга": "Обслуживание ВДГО", "Поставщик": "АО «Газпром газораспределение Курган»"}


def today() -> date:
    return clock.today()


def bill_month() -> date:
    """The month of the newest bill: the last one that is over."""
    return (today().replace(day=1) - timedelta(days=1)).replace(day=1)


def paid_on(number: int) -> date:
    """A day of that month."""
    return bill_month() + timedelta(days=number)


def load(story: Story, **meter: str) -> int:
    """Her account with everything; its number in the database. `meter`: what its register says otherwise."""
    before = (bill_month() - timedelta(days=1)).replace(day=1)
    billing = Billing(story)
    account = billing.account()
    billing.account(OTHER, Собственник="Чужой Пётр Ильич", Адрес="г. Приозёрск, ул. Кривая, дом 2")
    months = [MINE | {"Месяц": f"{m:%m.%Y}"} for m in (before, bill_month())]
    billing.load(RegisterKind.CHARGES, *months, GAS | {"Месяц": f"{bill_month():%m.%Y}"})
    billing.load(RegisterKind.PAYMENTS, *(_payment(n) for n in (5, 6, 7)))
    since = {"Дата показания": f"{bill_month():%d.%m.%Y}", "Дата очередной поверки": "01.01.2090"}
    billing.meter(**(since | meter))
    return account.id or 0


def told(cabinet: Cabinet, *, bound: bool = True, **meter: str) -> int:
    """The same, bound to anna."""
    with cabinet.writing() as story:
        number = load(story, **meter)
    if bound:
        bind(cabinet, "anna", NUMBER, "Смирнова")
    return number


def _payment(number: int) -> dict[str, str]:
    return MINE | {"Номер платежа": f"00{number}", "Дата": f"{paid_on(number):%d.%m.%Y}", "Сумма": f"{number}00,50"}


def bind(cabinet: Cabinet, login: str, number: str, proof: str) -> None:
    with cabinet.writing() as story:
        user = story.session.exec(select(User).where(User.login == login)).one()
        assert actions.bind(story.session, actor_of(user), number, proof, clock.now())


def bound(cabinet: Cabinet, login: str = "anna") -> list[str]:
    """Numbers of the accounts that this person sees."""

    def look(db: Session) -> list[str]:
        user = db.exec(select(User).where(User.login == login)).one()
        return [row.number for row in queries.bound(db, user.id or 0)]

    return list(cabinet.read(look))
