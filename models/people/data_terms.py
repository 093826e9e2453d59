"""How long we have to answer a person about his data: dated rules, never constants. Rows PD-01…PD-03 of term_rule."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.people.access_tables import RequestKind
from models.people.tables import Branch
from models.process import term_start
from models.process.workdays import end_of_day

RULES_OF = "people"
ZONE = ZoneInfo(str(Branch.model_fields["time_zone"].default))


def due(session: Session, kind: RequestKind, now: datetime) -> datetime:
    """The end of the last day, by the rule in force today."""
    today = now.astimezone(ZONE).date()
    rule = term_start.rules_on(session, RULES_OF, f"data.{kind}", today)[0]
    last = term_start.calendar(session).end_of_term(today, rule.length or 0, rule.unit)
    return end_of_day(last, ZONE)
