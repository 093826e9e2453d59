"""Appeals of the demonstration: every state there is, through the verbs, each click at its own moment of the past. Invented people."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.appeal import actions, clocks, desk, lapses, rules
from models.appeal.actions import Sent
from models.appeal.moving import lock
from models.appeal.tables import Appeal, Channel
from models.connection.tables import Application
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import SYSTEM, Actor, Role
from models.process.terms import calendar
from models.process.work import wake

_STEP = timedelta(minutes=50)  # between two clicks of one day
_VISITOR = Actor(Role.APPLICANT)


@dataclass(frozen=True)
class Life:
    """An appeal: who writes (0, 1 …: applicants in order; None: a visitor of the site), how many days ago, and what came then.

    `steps`: (days after the registration, word)."""

    kind: str
    text: str
    ago: int
    who: int | None = None
    channel: Channel = Channel.CABINET
    name: str = ""
    steps: Sequence[tuple[int, str]] = field(default_factory=tuple)
    said: Mapping[str, str] = field(default_factory=dict)
    call: bool = False


ANSWERED = (0, "review"), (0, "take"), (3, "answer")
LIVES = (
    Life("case", "Подскажите, нужно ли присутствовать при допуске прибора учёта?", 12, 0, steps=ANSWERED,
         said={"answer": "Да, при допуске нужны вы или ваш представитель. Время согласуем в кабинете, в разделе «Визиты инспектора»."}),
    Life("question", "Можно ли оплатить счёт с карты родственника?", 41, 0, steps=(*ANSWERED, (4, "mark5"), (33, "ring")),
         said={"answer": "Можно. В назначении платежа оставьте номер счёта: платёж зачтётся по нему.", "mark5": "Быстро и понятно"}),
    Life("error", "После оплаты страница банка не возвращает в кабинет, висит белый экран.", 9, 0, steps=((0, "review"), (0, "take"), (1, "ask")),
         said={"ask": "Напишите, в каком браузере это было и в котором часу."}),
    Life("complaint", "Срок выполнения работ прошёл, а столб на участке так и не поставили.", 26, 1, steps=((0, "review"), (1, "take")), call=True),
    Life("claim", "Прошу вернуть излишне перечисленную сумму по договору: платёж прошёл дважды.", 45, 2,
         steps=((0, "review"), (0, "take"), (9, "answer"), (12, "reopen"), (14, "answer2"), (15, "mark3")),
         said={"answer": "Возврат оформлен, деньги придут на счёт плательщика в течение десяти рабочих дней.",
               "reopen": "Деньги не пришли, а срок назван без даты.", "answer2": "Возврат зачислен, платёжное поручение во вложении к счёту.", "mark3": "Ответили со второго раза"}),
    Life("service", "Нужна консультация на месте: где лучше поставить щит учёта.", 4, 3, steps=((0, "review"),), call=True),
    Life("question", "Какие документы нужны садовому товариществу, чтобы подать одну заявку на всех?", 0, channel=Channel.SITE,
         name="Ершова Полина Андреевна"),
    Life("complaint", "Третий день скачет напряжение, горит бытовая техника.", 2, channel=Channel.PHONE, name="Зимин Олег Борисович",
         steps=((0, "review"),), call=True),
    Life("proposal", "Добавьте в калькулятор срок выполнения работ, сейчас его приходится искать.", 20, channel=Channel.SITE,
         name="Королёв Денис Игоревич", steps=((0, "review"), (2, "take"), (6, "answer"), (8, "close")),
         said={"answer": "Спасибо, в калькуляторе теперь виден и срок: он стоит под суммой."}),
    Life("question", "Когда включат уличное освещение на улице Садовой?", 15, channel=Channel.SITE, name="Лапина Юлия Олеговна",
         steps=((2, "redirect"),), said={"redirect": "Уличное освещение обслуживает муниципалитет."}),
    Life("question", "Прибор учёта показывает дату с ошибкой на сутки. Нужно ли его менять?", 22, 3, steps=((0, "review"), (1, "take"))),
    Life("thanks", "Бригада Заречного участка приехала в воскресенье и всё починила. Передайте благодарность.", 7, 1,
         steps=((1, "acknowledge"),)),
    Life("question", "Перенос столба за мой счёт: сколько это стоит?", 6, 2, steps=((1, "withdraw"),),
         said={"withdraw": "Нашёл ответ в договоре"}),
)  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """Who is there, one appeal on its way, and when it is."""

    session: Session
    life: Life
    appeal: Appeal
    author: Actor
    operator: Actor
    said: Mapping[str, str]

    def text(self, word: str) -> str:
        return self.said.get(word, "")


Click = Callable[[Stage, datetime], object]


def _simple(name: str, *, author: bool) -> Click:
    def click(s: Stage, now: datetime) -> None:
        actions.simple(s.session, s.appeal, name, s.author if author else s.operator, now, s.text(name))

    return click


def _answer(word: str) -> Click:
    return lambda s, now: desk.answer(s.session, s.appeal.id or 0, s.operator, s.text(word), (), now)


def _mark(mark: int) -> Click:
    return lambda s, now: actions.mark(s.session, s.appeal, s.author, mark, s.text(f"mark{mark}"), now)


CLICKS: Mapping[str, Click] = {
    "review": lambda s, now: desk.review(s.session, s.appeal.id or 0, s.operator, s.life.kind, s.operator.user_id, now),
    "take": lambda s, now: desk.take(s.session, s.appeal.id or 0, s.operator, now),
    "ask": lambda s, now: desk.ask(s.session, s.appeal.id or 0, s.operator, s.text("ask"), now),
    "answer": _answer("answer"),
    "answer2": _answer("answer2"),
    "redirect": lambda s, now: desk.redirect(
        s.session, s.appeal.id or 0, s.operator, "Администрация Приозёрского района", s.text("redirect"), now
    ),
    "reopen": lambda s, now: actions.reopen(s.session, s.appeal, s.author, s.text("reopen"), now),
    "ring": lambda s, now: lapses.lapse(s.session, s.appeal, now),
    "mark5": _mark(5),
    "mark3": _mark(3),
    "close": _simple("close", author=True),
    "acknowledge": _simple("acknowledge", author=False),
    "withdraw": _simple("withdraw", author=True),
}


def fill(session: Session, now: datetime) -> int:
    """All of them, the oldest first, so that numbers follow days; how many. Nothing where there are no people to write."""
    people = session.exec(select(User).where(User.role == Role.APPLICANT).order_by(col(User.id))).all()
    operators = list(session.exec(select(User).where(User.role == Role.OPERATOR).order_by(col(User.id))))
    if not people or not operators:
        return 0
    for number, life in enumerate(sorted(LIVES, key=lambda one: -one.ago)):
        _live(session, life, people, operators[number % len(operators) :] + operators[: number % len(operators)], now)
    return len(LIVES)


def _live(session: Session, life: Life, people: Sequence[User], operators: Sequence[User], now: datetime) -> None:
    """`operators`: whose turn it is comes first; an appeal of a branch is carried by an operator of that branch."""
    since = _office_hour(session, now - timedelta(days=life.ago), now)
    user = people[life.who % len(people)] if life.who is not None else None
    author = actor_of(user) if user else _VISITOR
    by = actor_of(operators[0]) if life.channel == Channel.PHONE else author
    appeal = actions.register(session, by, _sent(session, life, user, since, now), since)
    operator = actor_of(next((o for o in operators if o.branch_id == appeal.branch_id), operators[0]))
    scene = Stage(session, life, appeal, author, operator, life.said)
    at = since
    for days, word in life.steps:
        at = max(at + _STEP, _office_hour(session, since + timedelta(days=days), now))
        lock(session, appeal.id or 0, SYSTEM)
        CLICKS[word](scene, min(at, now))
    if life.call:
        _promise(session, appeal, operator, now)
    wake(session, "appeal", appeal.id or 0)


def _sent(session: Session, life: Life, user: User | None, since: datetime, now: datetime) -> Sent:
    name = user.name if user else life.name
    email = user.email if user else "" if life.channel == Channel.PHONE else "visitor.appeal@pochta.example"
    typed = {"name": name, "email": email, "phone": (user.phone if user else "") or "+79225550142", "text": life.text}
    case = None
    if life.kind == rules.ABOUT_CASE and user is not None:
        query = select(Application).where(Application.applicant_id == user.id, col(Application.number).is_not(None))
        case = session.exec(query.order_by(col(Application.id))).first()
    kind = life.kind if case is not None or life.kind != rules.ABOUT_CASE else "question"
    assert since <= now
    return Sent(kind, life.channel, typed, case.id if case else None)


def _office_hour(session: Session, at: datetime, now: datetime) -> datetime:
    """Within office hours of a working day that has passed; never later than now."""
    zone, days = clocks.zone_of(session), calendar(session)
    local = at.astimezone(zone)
    day = local.date() if days.is_working(local.date()) else days.before_working_days(local.date(), 1)
    found = datetime(day.year, day.month, day.day, min(max(local.hour, 10), 15), local.minute, tzinfo=zone)
    return min(found, now - timedelta(minutes=1))


def _promise(session: Session, appeal: Appeal, operator: Actor, now: datetime) -> None:
    """A call of the coming days, spread over their parts."""
    hours = clocks.hours(session)
    days = rules.call_days(calendar(session), hours, now.astimezone(clocks.zone_of(session)))
    on = days[1 + (appeal.id or 0) % 3]
    actions.promise_call(session, appeal, operator, on, hours.calls[(appeal.id or 0) % len(hours.calls)], now)
