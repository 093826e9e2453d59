"""Subjects of the measurement: real connection cases. Drafts are sent by the real action; masses are copies of one real case,
written past the walls (`session_replication_role = replica`), which only a scratch database allows."""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, text
from sqlmodel import Session, select

from infra.database import Database
from models.connection import actions
from models.connection.tables import PROCESS, Application
from models.document import actions as documents
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import Branch, PersonKind, User
from models.process.actor import Role
from models.process.tables import History, Term
from models.process.work import CHANNEL, PERSON, wake

REGISTERED = f"engine:{PROCESS}:register"
PASSPORT = {
    "passport_series": "4108",
    "passport_number": "512340",
    "passport_issued": "2008-04-02",
    "passport_code": "470-021",
    "passport_issuer": "ТП № 47 отдела УФМС России",
}
TYPED = {
    "object_name": "Садовый дом",
    "object_address": "Лесненский р-н, пос. Лесное, СНТ «Берёзка», уч. 47",
    "cadastre": "47:03:0512004:118",
    "devices": "электроплита, водонагреватель, освещение",
    "purpose": "Бытовые нужды",
    "commissioning": "II квартал 2027",
    "supplier": "ООО «Озёрная сбытовая компания»",
    "power_kw": "15",
    "birth_date": "1984-03-17",
    "consent": "yes",
}
_PARK = """
create function only_connections() returns trigger language plpgsql as $$
begin
    new.run_at := clock_timestamp() + interval '3650 days';
    return new;
end $$;
create trigger only_connections before insert on work for each row when (new.process <> 'connection')
    execute function only_connections();
"""


def now() -> datetime:
    return datetime.now(UTC)


Ids = range  # neighbouring ids of cases


class Cases:
    """Makes cases, clicks, and reads afterwards what the database remembers of their legs."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def prepare(self) -> None:
        """An applicant; and other processes woken by a leg stay parked, so that only connections are carried."""
        with self.db.transaction() as session:
            session.execute(text(_PARK))
            branch = session.exec(select(Branch)).first()
            assert branch is not None, "the profile has no branch"
            self.branch = branch.id or 0
            user = User(
                login="bench", role=Role.APPLICANT, name="Смирнова Анна Викторовна", branch_id=self.branch,
                password_hash="", created_at=now(), kind=PersonKind.INDIVIDUAL, email="bench@pochta.example",
                phone="+79225550123", snils="11223344595", address="пос. Лесное, ул. Озёрная, д. 5",
            )  # fmt: skip
            session.add(user)
            session.flush()
            self.user, self.actor = user, actor_of(user)

    # ------------------------------------------------------------------------------------------ one by one
    def drafts(self, count: int) -> list[int]:
        """Filled in, with files: ready to be sent."""
        return [self._draft() for _ in range(count)]

    def _draft(self) -> int:
        with self.db.transaction() as session:
            case = actions.begin(session, self.user, self.branch, now())
            case_id = case.id or 0
            actions.save_draft(session, case_id, self.actor, TYPED, now(), b"sealed")
            for kind in ("identity", "title"):
                mark = hashlib.sha256(f"{kind} {case_id}".encode()).hexdigest()
                documents.attach(
                    session, case_id, self.actor, now(), kind=kind, name=f"{kind}.pdf", media_type="application/pdf",
                    size=1000, sha256=mark, key=mark,
                )  # fmt: skip
        return case_id

    def send(self, case_id: int) -> float:
        """The applicant's click: the code used, the application sent, the case woken, in one durable transaction.
        time.time() when its commit had returned."""
        with self.db.transaction() as session:
            bound = actions.check_draft(session, case_id, self.actor, PASSPORT, now())
            code = people.make_code(session, self.user, "application", bound, now())
        with self.db.transaction() as session:
            used = people.use_code(session, self.user, "application", bound, code, now())
            actions.submit(session, case_id, self.actor, used, PASSPORT, now())
        return time.time()

    # ------------------------------------------------------------------------------------------ masses
    def copies(self, of: int, count: int, *, slim: bool = False) -> Ids:
        """Cases like `of`, with its history and terms. `slim`: without what the applicant typed, and without history."""
        with self.db.transaction() as session:
            session.execute(text("set local session_replication_role = replica"))
            first = int(session.execute(text("select coalesce(max(id), 0) + 1 from connection")).scalar_one())
            ids = Ids(first, first + count)
            empty = ("draft", "person", "signature") if slim else ()
            own = {
                "id": "g",
                "status_token": "'bench-' || g",
                "number": "case when number is null then null else 'Б-' || g end",
            }
            _copy(session, Application, "id = :of", own | dict.fromkeys(empty, "'{}'"), of, ids)
            if not slim:
                _copy(session, History, "process = 'connection' and subject_id = :of", {"subject_id": "g"}, of, ids)
            _copy(session, Term, "process = 'connection' and subject_id = :of", {"subject_id": "g"}, of, ids)
            session.execute(text("select setval(pg_get_serial_sequence('connection', 'id'), :last)"), {"last": ids[-1]})
        return ids

    def due(self, ids: Ids, *, lane: int = PERSON, alone: bool = False, after: timedelta = timedelta()) -> float:
        """All are due with one commit, as by one click; time.time() when it had returned. `alone`: rows that the engine
        never puts together with others, because they have failed once."""
        with self.db.transaction() as session:
            session.execute(
                text("""insert into work (process, subject_id, state, run_at, lane, attempt, tries)
                    select 'connection', g, 'due', clock_timestamp() + :after * (1 + random()), :lane, 0, :tries
                      from generate_series(cast(:first as bigint), cast(:last as bigint)) g"""),
                {"after": after, "lane": lane, "tries": int(alone), "first": ids[0], "last": ids[-1]},
            )
            if not after:
                session.execute(text("select pg_notify(:channel, 'connection')"), {"channel": CHANNEL})
        return time.time()

    def wake(self, case_id: int) -> float:
        with self.db.transaction() as session:
            wake(session, PROCESS, case_id)
        return time.time()

    def clear(self) -> None:
        """Nothing is due any more."""
        with self.db.transaction() as session:
            session.execute(text("delete from work where state = 'due'"))

    # ------------------------------------------------------------------------------------------ afterwards
    def settled(self, ids: Ids | list[int]) -> int:
        """How many have had their leg: the row waits for the nearest term."""
        query = """select count(*) from work where process = 'connection' and subject_id = any(:ids)
                    and state = 'due' and lane = 1 and run_at > clock_timestamp()"""
        with self.db.transaction() as session:
            return int(session.execute(text(query), {"ids": list(ids)}).scalar_one())

    def bodies(self, ids: Ids | list[int]) -> dict[int, float]:
        """Case → time.time() at which the first step of its leg began (the step reads the clock before anything else)."""
        query = (
            "select subject_id, at from history where process = 'connection' and tag = :tag and subject_id = any(:ids)"
        )
        with self.db.transaction() as session:
            found = session.execute(text(query), {"tag": REGISTERED, "ids": list(ids)}).all()
        return {int(r.subject_id): r.at.timestamp() for r in found}

    def ends(self, ids: Ids | list[int]) -> dict[int, float]:
        """Case → time.time() at which the leg's last transaction was committed."""
        query = """select subject_id, pg_xact_commit_timestamp(xmin) as at from work
                    where process = 'connection' and subject_id = any(:ids) and state = 'due' and lane = 1"""
        with self.db.transaction() as session:
            found = session.execute(text(query), {"ids": list(ids)}).all()
        return {int(r.subject_id): r.at.timestamp() for r in found}

    def timers_left(self, ids: Ids) -> int:
        query = """select count(*) from work where process = 'connection' and subject_id between :first and :last
                    and run_at <= clock_timestamp()"""
        with self.db.transaction() as session:
            return int(session.execute(text(query), {"first": ids[0], "last": ids[-1]}).scalar_one())


def _copy(session: Session, model: Any, where: str, own: dict[str, str], of: int, ids: Ids) -> None:
    table: Table = model.__table__
    names = [c.name for c in table.columns if c.name != "id" or "id" in own]
    quoted = ", ".join(f'"{n}"' for n in names)
    values = ", ".join(own.get(n, f'o."{n}"') for n in names)
    session.execute(
        text(f"""insert into "{table.name}" ({quoted}) select {values}
            from (select * from "{table.name}" where {where}) o,
                 generate_series(cast(:first as bigint), cast(:last as bigint)) g"""),
        {"of": of, "first": ids[0], "last": ids[-1]},
    )
