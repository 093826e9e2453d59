"""Personal accounts of the demonstration: eight months of registers as a billing gives them, bindings and readings of the
owners, each at its own moment of the past and by the verbs that people use."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate

from sqlmodel import Session, col, select

from infra import clock, profiles
from infra.demo.accounts_told import CORRECTED, HOMES, LATE, MONTHS, PLACES, Counter, Home, Provider, Service
from models.account import actions, lines, registers, rules
from models.account.file import Row
from models.account.tables import Meter, RegisterKind
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor

Step = Callable[[Session, datetime], object]
Cells = Mapping[str, object]
_ENTERED, _READ, _BILLED, _PAID, _TOLD = 24, 26, 2, 11, 13  # days of a month
_FILES = {RegisterKind.ACCOUNTS: "лицевые-счета", RegisterKind.CHARGES: "начисления", RegisterKind.PAYMENTS: "платежи",
          RegisterKind.METERS: "приборы-учёта"}  # fmt: skip
_FIRST_LOOK = timedelta(minutes=40)  # after the registration


def fill(session: Session, now: datetime, profile: str = "demo") -> int:
    """How many accounts there are then. Nothing for a profile that sells no electricity."""
    homes = HOMES.get(profile, ())
    if homes:
        clerk = session.exec(select(User).where(User.login == "billing")).one()
        for at, step in sorted(_Past(session, homes, actor_of(clerk), now).steps(), key=lambda s: s[0]):
            if at <= now:
                step(session, at)
    return len(homes)


@dataclass
class _Past:
    """Everything that has happened to these homes; `due` is carried from bill to bill."""

    session: Session
    homes: tuple[Home, ...]
    clerk: Actor
    now: datetime
    due: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    owners: dict[str, tuple[Actor, datetime]] = field(default_factory=dict)

    def steps(self) -> Iterator[tuple[datetime, Step]]:
        today = self.now.astimezone(clock.zone()).date()
        months = _months_before(today, MONTHS)
        yield from self._begun(months[0])
        yield from self._bound(months[1])
        for n, month in enumerate(months):
            after = rules.next_month(month)
            yield (
                _at(month, _READ),
                self._load(RegisterKind.METERS, month, [c for h in self.homes for c in self._read(h, n, month)]),
            )
            yield from ((_at(month, _ENTERED, 19), self._enter(h, n)) for h in self.homes if self._enters(h, month))
            yield (
                _at(after, _BILLED),
                self._load(RegisterKind.CHARGES, month, [c for h in self.homes for c in self._bill(h, n, month)]),
            )
            paid = [c for number, h in enumerate(self.homes) if (c := self._payment(h, n, after, number))]
            yield _at(after, _TOLD), self._load(RegisterKind.PAYMENTS, after, paid)

    # -------------------------------------------------------------------------------------------- registers
    def _load(self, kind: RegisterKind, month: date, cells: list[Cells]) -> Step:
        rows = [Row(n, {lines.plain(k): str(v) for k, v in c.items()}) for n, c in enumerate(cells, 2)]
        name = f"{_FILES[kind]}-{month:%Y-%m}.xlsx"
        return lambda session, at: rows and registers.load(session, self.clerk, kind, rows, at, name=name)

    def _begun(self, month: date) -> Iterator[tuple[datetime, Step]]:
        """Accounts, and meters with what they showed at first. One line names a branch that is not there: it is put aside."""
        told: list[Cells] = [{"Лицевой счёт": h.number, "Собственник": h.holder, "Адрес": h.address, "Филиал": h.branch}
                             for h in self.homes]  # fmt: skip
        wrong = {**told[-1], "Лицевой счёт": "47120001", "Филиал": "Сосново"}
        before = month - timedelta(days=5)
        yield _at(before, before.day, 8), self._load(RegisterKind.ACCOUNTS, before, [*told, wrong])
        cells = [_meter(h, c, c.start, before) for h in self.homes for c in (*h.counters, *filter(None, [h.common]))]
        yield _at(before, before.day, 9), self._load(RegisterKind.METERS, before, cells)

    def _read(self, home: Home, n: int, month: date) -> Iterator[Cells]:
        """Office readings of the month, of counters that their owner does not read himself; the house is always read."""
        if not self._enters(home, month):
            yield from (_meter(home, c, _shown(home, c, n), month.replace(day=_ENTERED)) for c in home.counters)
        if home.common:
            yield _meter(
                home, home.common, home.common.start + 4180 * (n + 1) + 37 * n * n, month.replace(day=_ENTERED)
            )

    def _bill(self, home: Home, n: int, month: date) -> Iterator[Cells]:
        for service in home.services:
            before = self.due.get((home.number, service.name), Decimal(0))
            paid = before if n and n - 1 != LATE else Decimal(0)
            again = Decimal(service.recalculated if n == CORRECTED else 0)
            charged = rules.charged(service.tariff(month.month), service.volume(n))
            self.due[home.number, service.name] = rules.due(before, paid, charged, again)
            yield {"Лицевой счёт": home.number, "Месяц": f"{month:%m.%Y}", "Услуга": service.name, "Ед. изм.": service.unit,
                   "Приборы учёта": 1 if service.counter else 0, "Тариф": service.tariff(month.month),
                   "Объём": service.volume(n), "Начислено": charged, "Долг": before, "Оплачено": paid,
                   "Перерасчёт": again, **_provider(service)}  # fmt: skip

    def _payment(self, home: Home, n: int, month: date, number: int) -> Cells:
        amount = sum((self.due[home.number, s.name] for s in home.services), Decimal(0))
        if n == LATE or amount <= 0 or (home.owes and n == MONTHS - 1):
            return {}
        return {"Лицевой счёт": home.number, "Номер платежа": f"{month:%y%m}{number + 117:05d}", "Сумма": amount,
                "Дата": f"{month.replace(day=_PAID):%d.%m.%Y}", "Место оплаты": PLACES[(n + number) % len(PLACES)]}  # fmt: skip

    # -------------------------------------------------------------------------------------------- owners
    def _bound(self, first: date) -> Iterator[tuple[datetime, Step]]:
        """After the first bill at the soonest."""
        for home in self.homes:
            user = self.session.exec(select(User).where(User.email == home.email, col(User.active))).first()
            if home.email and user:
                at = max(user.created_at + _FIRST_LOOK, _at(first, _BILLED, 20))
                self.owners[home.number] = actor_of(user), at
                yield at, self._bind(home, actor_of(user))

    def _bind(self, home: Home, who: Actor) -> Step:
        return lambda session, at: actions.bind(session, who, home.number, home.holder.split()[0], at)

    def _enters(self, home: Home, month: date) -> bool:
        _who, since = self.owners.get(home.number, (None, datetime.max.replace(tzinfo=UTC)))
        at = _at(month, _ENTERED, 19)
        return since < at <= self.now and not any(c.lapsed for c in home.counters)

    def _enter(self, home: Home, n: int) -> Step:
        def step(session: Session, at: datetime) -> None:
            who, _since = self.owners[home.number]
            for counter in home.counters:
                query = select(Meter).where(Meter.serial == counter.serial, Meter.zone == counter.zone)
                meter, value = session.exec(query).one(), str(_shown(home, counter, n))
                told = actions.check(session, who, meter.id or 0, value, at)
                actions.enter(session, who, meter.id or 0, value, at, rolled=told.rolled)

        return step


def _months_before(day: date, count: int) -> list[date]:
    found: list[date] = []
    month = day.replace(day=1)
    while len(found) < count:
        month = (month - timedelta(days=1)).replace(day=1)
        found.insert(0, month)
    return found


def _at(month: date, day: int, hour: int = 10) -> datetime:
    return datetime.combine(month.replace(day=day), time(hour, 12), clock.zone()).astimezone(UTC)


def _shown(home: Home, counter: Counter, n: int) -> int:
    """What the counter shows after so many months; it begins anew after its last figure."""
    service = next(s for s in home.services if s.counter == (counter.zone or "-"))
    used = list(accumulate(int(service.volume(m)) for m in range(n + 1)))[-1]
    return int((counter.start + used) % 10**counter.digits)


def _meter(home: Home, counter: Counter, shown: int, on: date) -> Cells:
    kind = "Общедомовой" if counter is home.common else "Индивидуальный"
    return {"Лицевой счёт": home.number, "Услуга": "Электроэнергия", "Вид": kind, "Описание": counter.description,
            "№ счётчика": counter.serial, "Зона": counter.zone, "Знаков": counter.digits, "Ед. изм.": "кВт.ч",
            "Дата очередной поверки": _verified(counter), "Дата показания": f"{on:%d.%m.%Y}", "Показание": shown,
            "Источник": "контрольное" if kind == "Общедомовой" else "офис"}  # fmt: skip


def _verified(counter: Counter) -> str:
    """The New Year after the next, or a day that has passed."""
    today = clock.today()
    return f"{today - timedelta(days=40):%d.%m.%Y}" if counter.lapsed else f"01.01.{today.year + 2}"


def _provider(service: Service) -> Cells:
    ours = profiles.profile()
    sells = "connection" not in ours.cabinet.modules
    told = service.provider or Provider(
        ours.utility.full_short if sells else ours.supplier.name,
        f"ИНН {ours.utility.inn}, р/с {ours.bank.account}"
        if sells
        else "ИНН 4712011225, р/с 40702810055000002904, тел. 8 800 555-03-08",
    )
    return {"Поставщик": told.name, "Реквизиты поставщика": told.details}
