"""Who acts: a person in a role, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum

from models.process.words import N_


class Role(StrEnum):
    APPLICANT = "APPLICANT"
    OPERATOR = "OPERATOR"
    ENGINEER = "ENGINEER"
    MANAGER = "MANAGER"
    INSPECTOR = "INSPECTOR"
    METERING = "METERING"
    BILLING = "BILLING"
    ADMIN = "ADMIN"
    AUDITOR = "AUDITOR"
    LAWYER = "LAWYER"  # of disagreements
    EDITOR = "EDITOR"  # of content: news, answers, surveys; sees no cases
    SYSTEM = "SYSTEM"


ROLE_NAMES = {
    Role.APPLICANT: N_("applicant"),
    Role.OPERATOR: N_("operator"),
    Role.ENGINEER: N_("engineer"),
    Role.MANAGER: N_("manager"),
    Role.INSPECTOR: N_("inspector"),
    Role.METERING: N_("metering specialist"),
    Role.BILLING: N_("billing specialist"),
    Role.ADMIN: N_("administrator"),
    Role.AUDITOR: N_("auditor"),
    Role.LAWYER: N_("lawyer"),
    Role.EDITOR: N_("content editor"),
    Role.SYSTEM: N_("system"),
}
STAFF = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM}
DESK = STAFF - {Role.EDITOR}  # who has to do with cases


@dataclass(frozen=True)
class Actor:
    role: Role
    user_id: int | None = None
    name: str = ""
    branch_id: int | None = None
    address: str = ""  # network address of the request, for the audit

    @property
    def person(self) -> int:
        """The user's id. The system has none: ValueError."""
        if self.user_id is None:
            raise ValueError(f"{self.role} is nobody in person")
        return self.user_id

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


SYSTEM = Actor(Role.SYSTEM, name="Feeder")
