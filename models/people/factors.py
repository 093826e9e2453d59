"""The second factor: codes of an authenticator (RFC 6238) and spare codes. Secrets come and go in plain, are never kept so."""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import func
from sqlmodel import Session, col, select

from models.people.proof_tables import Passkey, SecondFactor, SpareCode
from models.people.proofs import hashed
from models.people.tables import User

STEP = 30  # seconds of one code
SPARE = 10  # recovery codes
_WINDOW = (-1, 0, 1)  # steps around now: clocks differ
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def fresh_secret() -> str:
    return pyotp.random_base32()


def address(secret: str, login: str, issuer: str) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def of_user(session: Session, user_id: int, *, lock: bool = False) -> SecondFactor | None:
    return session.get(SecondFactor, user_id, with_for_update=lock or None)


def has(session: Session, user_id: int) -> bool:
    """Whether the password alone is not enough: a code of the authenticator or a key of a device is asked for."""
    keys = select(func.count()).where(Passkey.user_id == user_id, col(Passkey.ended_at).is_(None))
    return has_authenticator(session, user_id) or session.exec(keys).one() > 0


def has_authenticator(session: Session, user_id: int) -> bool:
    query = select(func.count()).where(SecondFactor.user_id == user_id, col(SecondFactor.confirmed_at).is_not(None))
    return session.exec(query).one() > 0


def begin(session: Session, user: User, locked_secret: bytes, now: datetime) -> SecondFactor:
    """Nothing is asked for until the first code has been typed. A confirmed one stays until then."""
    row = of_user(session, user.id or 0, lock=True)
    if row is not None and row.confirmed_at is not None:
        return row
    row = row or SecondFactor(user_id=user.id or 0, secret=b"", created_at=now)
    row.secret, row.created_at, row.last_step = locked_secret, now, 0
    session.add(row)
    session.flush()
    return row


def check(session: Session, row: SecondFactor, secret: str, code: str, now: datetime) -> bool:
    """Whether this is a code of now; each counts once, older ones never again (RFC 6238, 5.2)."""
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // STEP
    typed = "".join(code.split())
    for candidate in (step + shift for shift in _WINDOW):
        if candidate > row.last_step and pyotp.utils.strings_equal(typed, totp.at(candidate * STEP)):
            row.last_step = candidate
            session.add(row)
            return True
    return False


def confirm(session: Session, row: SecondFactor, now: datetime) -> list[str]:
    """The factor counts from now on. Gives the spare codes, shown once and kept as hashes."""
    row.confirmed_at = now
    session.add(row)
    return renew_spare(session, row.user_id)


def renew_spare(session: Session, user_id: int) -> list[str]:
    for old in session.exec(select(SpareCode).where(SpareCode.user_id == user_id)):
        session.delete(old)
    session.flush()
    codes = [_spare() for _ in range(SPARE)]
    session.add_all(SpareCode(user_id=user_id, code_hash=hashed(code.replace("-", ""))) for code in codes)
    session.flush()
    return codes


def has_spare(session: Session, user_id: int) -> bool:
    query = select(func.count()).where(SpareCode.user_id == user_id, col(SpareCode.used_at).is_(None))
    return session.exec(query).one() > 0


def use_spare(session: Session, user_id: int, code: str, now: datetime) -> bool:
    plain = "".join(c for c in code.lower() if c in _ALPHABET)
    query = select(SpareCode).where(SpareCode.user_id == user_id, SpareCode.code_hash == hashed(plain))
    row = session.exec(query.where(col(SpareCode.used_at).is_(None)).with_for_update()).first()
    if row is None:
        return False
    row.used_at = now
    session.add(row)
    return True


def remove(session: Session, user_id: int) -> None:
    """The authenticator and the spare codes; keys of devices are revoked by themselves. By the owner after his password,
    or by an administrator after an identity check."""
    for code in session.exec(select(SpareCode).where(SpareCode.user_id == user_id)):
        session.delete(code)
    if row := of_user(session, user_id, lock=True):
        session.delete(row)
    session.flush()


def _spare() -> str:
    text = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    return f"{text[:5]}-{text[5:]}"
