"""Read side of trust: what verifying believes, what staff look after, what a customer has registered."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.process.tables import Setting
from models.trust.tables import Centre, Place, Power, RevocationList, Standing, UserCertificate

POWER_CODES = "power_codes"  # setting: codes of powers that cover signing


@dataclass(frozen=True)
class Believed:
    """DER bytes for signatures.trust.Trust.of."""

    roots: tuple[bytes, ...]
    between: tuple[bytes, ...]
    lists: tuple[bytes, ...]


def believed(session: Session) -> Believed:
    rows = session.exec(select(Centre.place, Centre.der).where(Centre.state == Standing.TRUSTED)).all()
    lists = session.exec(
        select(RevocationList.der).where(col(RevocationList.removed_at).is_(None), col(RevocationList.der).is_not(None))
    ).all()
    return Believed(
        tuple(der for place, der in rows if place == Place.ROOT),
        tuple(der for place, der in rows if place == Place.BETWEEN),
        tuple(der for der in lists if der is not None),
    )


def centres(session: Session) -> Sequence[Centre]:
    return session.exec(select(Centre).order_by(col(Centre.state), col(Centre.owner), col(Centre.id))).all()


def lists(session: Session) -> Sequence[RevocationList]:
    query = select(RevocationList).where(col(RevocationList.removed_at).is_(None))
    return session.exec(query.order_by(col(RevocationList.issuer), col(RevocationList.id))).all()


def certificates_of(session: Session, user_id: int) -> Sequence[UserCertificate]:
    query = select(UserCertificate).where(UserCertificate.user_id == user_id, col(UserCertificate.removed_at).is_(None))
    return session.exec(query.order_by(col(UserCertificate.not_after).desc())).all()


def certificates(session: Session, text: str = "", limit: int = 200) -> Sequence[UserCertificate]:
    """The register for staff, by owner, number or ИНН; those that end first stand first."""
    query = select(UserCertificate).where(col(UserCertificate.removed_at).is_(None))
    if wanted := text.strip():
        like = [
            col(c).icontains(wanted, autoescape=True)
            for c in (UserCertificate.owner, UserCertificate.organisation, UserCertificate.number)
        ]
        numbers = [UserCertificate.inn == wanted, UserCertificate.inn_legal == wanted, UserCertificate.snils == wanted]
        condition = like[0]
        for other in (*like[1:], *numbers):
            condition = condition | other
        query = query.where(condition)
    return session.exec(query.order_by(col(UserCertificate.not_after)).limit(limit)).all()


def powers_of(session: Session, user_id: int) -> Sequence[Power]:
    query = select(Power).where(Power.user_id == user_id, col(Power.withdrawn_at).is_(None))
    return session.exec(query.order_by(col(Power.id).desc())).all()


def powers(session: Session, limit: int = 200) -> Sequence[Power]:
    query = select(Power).where(col(Power.withdrawn_at).is_(None)).order_by(col(Power.id).desc())
    return session.exec(query.limit(limit)).all()


def revoked_anywhere(session: Session, number: str) -> Power | None:
    """A revocation holds for everybody who shows this power."""
    return session.exec(select(Power).where(Power.number == number, col(Power.revoked_at).is_not(None))).first()


def power_codes(session: Session) -> frozenset[str]:
    """Codes of powers that cover signing, as staff wrote them down; nothing is guessed."""
    row = session.get(Setting, POWER_CODES)
    return frozenset(str(c) for c in (row.value.get("codes", []) if row else []))
