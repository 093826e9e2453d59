"""What a new draft begins with: the supplier, papers of an earlier one; of a representative's draft that it is one, with his
power as a paper (ПП 861, п. 10)."""

from datetime import datetime

from sqlmodel import Session

from models.connection import actions, queries
from models.connection.tables import Application
from models.document import actions as documents
from models.document.queries import attachments
from models.people import represent_queries as powers
from models.people.represent_rules import may
from models.people.represent_tables import Act
from models.process.actor import Actor

AUTHORITY = "authority"  # the kind of this paper in the closed list


def prepare(db: Session, case: Application, actor: Actor, earlier: Application | None, now: datetime) -> None:
    """The supplier of this place; of an earlier application its passport and papers too. Consent is given anew."""
    case_id = case.id or 0
    if earlier is None:
        supplier = queries.org(db).get("supplier", {}).get("name", "")
        actions.save_draft(db, case_id, actor, {"supplier": supplier}, now)
    else:
        _copy(db, case, earlier, actor, now)
    _attach_power(db, case, actor, now)


def _copy(db: Session, case: Application, earlier: Application, actor: Actor, now: datetime) -> None:
    case_id = case.id or 0
    own = case.applicant_id == actor.user_id  # a representative types the passport anew
    actions.save_draft(db, case_id, actor, {"copy_of": earlier.id}, now, earlier.passport if own else None)
    for a in attachments(db, earlier.id or 0):
        if a.kind not in ("reply", "message"):
            documents.attach(
                db, case_id, actor, now,
                kind=a.kind, name=a.name, media_type=a.media_type, size=a.size, sha256=a.sha256, key=a.key,
            )  # fmt: skip


def _attach_power(db: Session, case: Application, actor: Actor, now: datetime) -> None:
    """The checked scan is taken over, so that nobody attaches it twice. Nothing when the applicant himself begins."""
    if actor.user_id == case.applicant_id:
        return
    row = next(r for r in powers.live(db, actor.person, case.applicant_id, case.id, now) if may(r, Act.FILE))
    actions.save_draft(db, case.id or 0, actor, {"represented": True}, now)
    documents.attach(
        db, case.id or 0, actor, now, kind=AUTHORITY, name=row.scan_name, media_type=row.scan_type, size=row.scan_size,
        sha256=row.scan_key, key=row.scan_key,
    )  # fmt: skip
