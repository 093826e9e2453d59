"""The people of the browser story: five roles with passwords, and somebody else's applicant who must see nothing."""

from datetime import UTC, date, datetime

from sqlmodel import Session, select

from models.people.tables import Branch, PersonKind, User
from models.process.actor import Role
from signatures.secrets import hash_password

PASSWORD = "Береговая-14"
APPLICANT, STRANGER = "12345678964", "08765430300"
OPERATOR, ENGINEER, MANAGER, METERING = "orlova", "kuzin", "belova", "titov"
SNILS, WRONG_SNILS = "123-456-789 64", "123-456-789 65"
EMAIL = "anna@pochta.example"
STAFF = {
    OPERATOR: (Role.OPERATOR, "Орлова Вера Петровна", "Оператор"),
    ENGINEER: (Role.ENGINEER, "Кузин Олег Игоревич", "Инженер"),
    MANAGER: (Role.MANAGER, "Белова Мария Ивановна", "Начальник отдела"),
    METERING: (Role.METERING, "Титов Сергей Ильич", "Инженер по учёту"),
}


def settle_in(session: Session) -> None:
    """Staff of one branch and two applicants; the first one has to type what a cabinet does not know of her."""
    branch = session.exec(select(Branch).order_by(Branch.id)).first()  # type: ignore[arg-type]
    assert branch is not None
    now, password = datetime.now(UTC), hash_password(PASSWORD)
    for login, (role, name, post) in STAFF.items():
        session.add(
            User(
                login=login,
                role=role,
                name=name,
                post=post,
                branch_id=branch.id,
                password_hash=password,
                created_at=now,
            )
        )
    for login, name, email in (
        (APPLICANT, "Смирнова Анна Викторовна", EMAIL),
        (STRANGER, "Чужов Игорь Львович", "igor@pochta.example"),
    ):
        session.add(
            User(
                login=login, role=Role.APPLICANT, kind=PersonKind.INDIVIDUAL, name=name, email=email, snils=login,
                registration_number=f"ЛК-{login[:6]}", birth_date=date(1984, 3, 17), branch_id=branch.id, password_hash=password, created_at=now,
            )
        )  # fmt: skip
