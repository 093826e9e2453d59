"""A desk of envelopes for tests: a real case with sealed papers, and people who sign them."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from models.document.tables import Document, DocumentState
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor, Role
from models.signing import actions, queries, sign
from models.signing.sign import Visit
from models.signing.tables import Envelope, Method, Party, Side, Signer
from tests.house import House

VISIT = Visit("10.0.0.7", "Firefox", 5)
PURPOSE = "supplement"


class Desk:
    """One case with papers and as many people as a test wants."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.house = session, House(session, now)
        self.case = self.house.draft()
        self.people: list[User] = []

    @property
    def now(self) -> datetime:
        return self.house.now

    def later(self, **delta: float) -> datetime:
        return self.house.later(**delta)

    def paper(self, kind: str = "supplement", body: bytes = b"%PDF-1.7 paper", *, made: bool = True) -> Document:
        version = len([d for d in self.session.exec(select(Document)).all() if d.kind == kind]) + 1
        body += f"{kind}{version}".encode()
        sha = hashlib.sha256(body).hexdigest()
        row = Document(
            application_id=self.case.id or 0,
            kind=kind,
            number=f"{version}/26",
            version=version,
            title="Дополнительное соглашение",
            issued_on=self.now.date(),
            ordered_at=self.now,
            check_token=f"{kind}-{version}-{self.case.id}",
        )
        if made:
            row.state, row.stored_at, row.placed_at = DocumentState.PLACED, self.now, self.now
            row.pdf_key = row.pdf_sha256 = row.docx_key = row.docx_sha256 = row.seal_key = sha
            row.pdf_size, row.sealed_by = len(body), "АО «ПЭС»"
        self.session.add(row)
        self.session.flush()
        return row

    def person(self) -> User:
        number = len(self.people) + 1
        user = User(
            login=f"signer{self.case.id}-{number}",
            role=Role.APPLICANT,
            kind="individual",
            name=f"Подписант {number}",
            email=f"signer{number}@example.ru",
            password_hash="",
            created_at=self.now,
        )
        self.session.add(user)
        self.session.flush()
        self.people.append(user)
        return user

    def party(self, *methods: Method, user: User | None = None, **more: Any) -> Party:
        user = user or self.person()
        return Party(user.name, user.id, Side.APPLICANT, methods or (Method.CODE, Method.PAPER), **more)

    def utility(self, **more: Any) -> Party:
        return Party("АО «ПЭС»", None, Side.UTILITY, (Method.SEAL,), **more)

    def open(self, *parties: Party, **more: Any) -> Envelope:
        papers = more.pop("papers", None) or [self.paper()]
        return actions.open(
            self.session,
            process="connection",
            subject_id=self.case.id or 0,
            purpose=more.pop("purpose", PURPOSE),
            documents=[p.id or 0 for p in papers],
            parties=parties,
            now=self.now,
            **more,
        )

    # ------------------------------------------------------------------------------------------------ acting
    def signers(self, envelope: Envelope) -> list[Signer]:
        return queries.signers(self.session, envelope.id or 0)

    def actor(self, signer: Signer) -> Actor:
        user = self.session.get(User, signer.user_id)
        assert user is not None
        return actor_of(user)

    def staff(self, role: Role = Role.OPERATOR) -> Actor:
        return self.house.staff[role]

    def sign(self, envelope: Envelope, signer: Signer) -> Envelope:
        """By code, the whole way: made, used, counted."""
        user = self.session.get(User, signer.user_id)
        assert user is not None
        self.later(seconds=1)
        bound = sign.bound_for(envelope, signer)
        code = people.make_code(self.session, user, f"signing:{signer.id}", bound, self.now)
        used = people.use_code(self.session, user, f"signing:{signer.id}", bound, code, self.now)
        return sign.by_code(
            self.session, signer.id or 0, self.actor(signer), used, self.now, VISIT, agreement="1", letter_id=7
        )


HOUR = timedelta(hours=1)
