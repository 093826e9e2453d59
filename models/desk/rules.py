"""Who may use which tool of the desk, and what a template or a substitution has to say. Pure: no session here."""

from dataclasses import replace
from datetime import date

from models.people.rules import digits
from models.people.tables import PersonKind, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid

EDITORS = frozenset({Role.MANAGER})  # of remark templates
APPOINTERS = frozenset({Role.MANAGER, Role.ADMIN})  # of substitutes
ASSIGNERS = frozenset({Role.OPERATOR, Role.ENGINEER, Role.MANAGER})
CLERKS = frozenset({Role.OPERATOR, Role.MANAGER})  # take papers over the counter
WORKERS = frozenset(
    {Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.INSPECTOR, Role.METERING, Role.BILLING, Role.LAWYER}
)  # who can be away: an administrator's or an auditor's rights pass to nobody
LONGEST = 92  # days of one substitution


def template_faults(title: str, ground: str, how: str) -> list[Invalid]:
    found = [("title", title), ("ground", ground), ("how", how)]
    return [Invalid(name, "Fill in this field") for name, text in found if not text.strip()]


def stand_in_faults(
    absent: User | None, substitute: User | None, starts: date, ends: date, today: date
) -> list[Invalid]:
    """Beside "absent", "substitute", "ends_on"."""
    faults = []
    if absent is None or not absent.active or absent.role not in WORKERS:
        faults.append(Invalid("absent", "Choose somebody who handles applications"))
    if substitute is None or not substitute.active or substitute.role not in WORKERS:
        faults.append(Invalid("substitute", "Choose somebody who handles applications"))
    if absent is not None and substitute is not None and absent.id == substitute.id:
        faults.append(Invalid("substitute", "Choose somebody else: nobody stands in for himself"))
    if ends < starts or ends < today:
        faults.append(Invalid("ends_on", "The last day is not before the first one, and not in the past"))
    elif (ends - starts).days >= LONGEST:
        faults.append(Invalid("ends_on", "A substitution lasts %(days)s days at most", days=LONGEST))
    return faults


def stood_in(actor: Actor, absent: User) -> Actor:
    """The substitute at the work of the other: his role and branch, but the substitute's own id; the name tells both."""
    return replace(actor, role=Role(absent.role), branch_id=absent.branch_id, name=f"{actor.name} (за: {absent.name})")


def on_paper(owner: Actor, clerk: Actor) -> Actor:
    """An applicant whose paper was brought: the history names him and who typed it."""
    return replace(owner, name=f"{owner.name} (на бумаге, внёс: {clerk.name})", address=clerk.address)


def login_of(kind: str, snils: str, inn: str) -> str:
    """The login of a cabinet made for a person who came with papers: СНИЛС, or ИНН of a business."""
    return digits(snils) if kind == PersonKind.INDIVIDUAL else digits(inn)
