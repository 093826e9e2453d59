"""The letter and the notice that a certificate will end. Orders rows, sends nothing."""

from datetime import datetime

from sqlmodel import Session

from models.connection import queries as cases
from models.delivery import actions as delivery
from models.people.tables import User
from models.trust.tables import UserCertificate

KIND = "certificate_ends"
TITLE = "Заканчивается срок вашего сертификата подписи"


def ends(session: Session, row: UserCertificate, days: int, now: datetime) -> None:
    """Once a certificate and warning: `days` before the end, at most."""
    user = session.get(User, row.user_id)
    if user is None:
        return
    key = f"certificate:{row.id}:{days}"
    left = max((row.not_after - now).days, 0)
    last = f"{row.not_after:%d.%m.%Y}"
    what = f"сертификат {row.number[:24]} ({row.owner})"
    body = f"{what}: действует до {last}, осталось дней: {left}"
    delivery.notify(session, key, user.id or 0, None, KIND, TITLE, body, now)
    if not user.email:
        return
    utility = cases.org(session)["utility"]
    data = {"name": user.name, "what": what, "due": last, "details": [f"Осталось дней: {left}"], "link": "/certificates",
            "phone": utility["phone"], "utility": utility["full_short"]}  # fmt: skip
    delivery.order(session, key, KIND, user.email, data, now)
