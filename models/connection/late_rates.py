"""A key rate that is written down later than its first day: interest of instalments that stands on the rate before is
counted anew, the case remembers it, the applicant is told. Counts nothing itself; commits nothing. ПП 861, п. 104."""

from datetime import date, datetime

from sqlmodel import Session

from models.connection.effects import letter
from models.connection.tables import CLOSED_STAGES, PROCESS, Application
from models.payment import queries, settling
from models.process import history
from models.process.actor import Actor
from models.process.work import wake

TOLD = (
    "Проценты по рассрочке пересчитаны: стала известна ключевая ставка Банка России, которая действует с %(since)s. "
    "Было %(was)s\u00a0₽, стало %(now)s\u00a0₽. Разница учтена в графике платежей; за уже оплаченные части доплата не нужна."
)


def came(session: Session, first: date, actor: Actor, now: datetime) -> list[int]:
    """A rate that is valid from `first` stands in the rows now. Gives the cases whose interest is another one."""
    return [case_id for case_id in queries.charged_since(session, first) if _recounted(session, case_id, first, actor, now)]  # fmt: skip


def _recounted(session: Session, case_id: int, first: date, actor: Actor, now: datetime) -> bool:
    ended = settling.lock(session, case_id) in CLOSED_STAGES
    found = None if ended else settling.recount(session, case_id)
    if found is None:
        return False
    case = session.get_one(Application, case_id, populate_existing=True)
    was, becomes = (f"{sum_:.2f}" for sum_ in found)
    source = "desk" if actor.is_staff else "engine"
    changes = {"interest": [was, becomes], "since": first.isoformat()}
    history.record(session, PROCESS, case, f"{source}:connection:interest_recounted", actor, now, changes=changes)
    case.changed_at = now
    session.add(case)
    told = {"since": f"{first:%d.%m.%Y}", "was": was.replace(".", ","), "now": becomes.replace(".", ",")}
    letter(session, case, "message", now, text=TOLD % told, ref=":interest")
    wake(session, PROCESS, case_id)
    return True
