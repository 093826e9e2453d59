"""The engine at moments of the past: carries what is due of one application, and rings its alarms when their time comes.

The same flows by the same rows as the workers; only the hour is another one, and letters go straight into the mailbox."""

import smtplib
from datetime import datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import text
from sqlmodel import Session

from infra import clock, mail
from infra.database import Database
from infra.engine.flowbook import entries
from infra.engine.leg import Leg, carrying
from infra.mailbox import Handler, Mailbox
from models.connection.tables import PROCESS
from models.process import terms, work
from models.process.work import Row
from models.signing import queries as envelopes
from models.signing import rules as signing
from models.signing.tables import PROCESS as SIGNING
from models.signing.tables import Envelope, EnvelopeState

ORDER = (
    "payment",
    "issuing",
    "connection",
    "signing",
    "delivery",
)  # papers first: their case looks once, not four times
PACE = timedelta(seconds=2)  # between legs, as it is seen in life
_MOST = 60

# Rows of one application whatever their process; the slack takes the one millisecond of a wake-up without haste.
_CLAIM = text("""
    with mine as materialized (
        select id from work w
         where state = 'due' and run_at <= clock_timestamp() + interval '0.1 s' and process = :process
           and case process
               when 'connection' then subject_id = :case
               when 'issuing' then exists (select 1 from document d where d.id = subject_id and d.application_id = :case)
               when 'signing' then exists (select 1 from signing s where s.id = w.subject_id and s.application_id = :case)
               when 'delivery' then exists (select 1 from letter l where l.id = subject_id and l.application_id = :case)
               else exists (select 1 from payment_order p where p.id = subject_id and p.application_id = :case) end
         for update)
    update work set state = 'running', attempt = attempt + 1, tries = tries + 1, worker = 'demo',
           lease_until = clock_timestamp() + interval '10 minutes'
     where id in (select id from mine) returning id, subject_id, attempt""")
_RETRIES = text("""
    select id, next_at from letter where application_id = :case and state = 'retrying' order by next_at limit 1""")


class Post:
    """Takes letters as the mailbox twin would, with its faults, at the day they bear."""

    def __init__(self, box: Mailbox) -> None:
        self.box, self.handler = box, Handler(box)

    def __call__(self, message: EmailMessage) -> mail.Answer:
        to = str(message["To"].addresses[0].addr_spec)
        said = self.handler.answer(to)
        if not said.startswith("2"):
            return mail.judge(smtplib.SMTPRecipientsRefused({to: (int(said[:3]), said[4:].encode())}))
        self.box.keep(message.as_bytes(), [to], message["Date"].datetime)
        return mail.Answer(mail.Outcome.SENT)


def _reminders(session: Session, envelope: Envelope) -> list[tuple[datetime, str, int]]:
    """When somebody is reminded to sign; nothing once the envelope is closed."""
    if envelope.state != EnvelopeState.OPEN:
        return []
    turn = signing.whose_turn(envelopes.signers(session, envelope.id or 0))
    return [(at, SIGNING, envelope.id or 0) for s in turn if (at := signing.next_reminder(s)) is not None]


class Engine:
    """`db` is this process's own; `post` is where letters go."""

    def __init__(self, db: Database, post: Post) -> None:
        self.db, self.post = db, post

    def settle(self, case_id: int, at: datetime, processes: tuple[str, ...] = ORDER) -> None:
        """Carry until nothing of this application is due. Raises what a leg failed with: here it is a bug."""
        for _ in range(_MOST):
            process, rows = self._claim(case_id, processes)
            if not rows:
                return
            at += PACE
            leg = Leg(self.db, rows)
            with clock.at(at), mail.through(self.post), carrying(leg):
                entries()[process].flow.fn(rows=[list(r) for r in rows])
            if leg.failed:
                raise RuntimeError(f"{process} of case {case_id} at {at}") from next(iter(leg.failed.values()))
        raise RuntimeError(f"case {case_id} does not come to rest at {at}")

    def _claim(self, case_id: int, processes: tuple[str, ...]) -> tuple[str, list[Row]]:
        with self.db.transaction() as session:
            for process in processes:
                rows = session.execute(_CLAIM, {"process": process, "case": case_id}).all()
                if rows:
                    return process, sorted(Row(r.id, r.subject_id, r.attempt) for r in rows)
        return "", []

    def wait(self, case_id: int, since: datetime, until: datetime) -> datetime:
        """Let time pass: reminders, ends of terms and new tries of letters ring one after another. Gives `until`."""
        while found := self._next(case_id, since, until):
            since, process, subject = found
            with self.db.transaction() as session:
                work.wake(session, process, subject)
            self.settle(case_id, since)
        return until

    def _next(self, case_id: int, since: datetime, until: datetime) -> tuple[datetime, str, int] | None:
        with self.db.transaction() as session:
            alarm = terms.next_alarm(terms.running(session, PROCESS, case_id))
            letter = session.execute(_RETRIES, {"case": case_id}).first()
            asked = [r for e in envelopes.of_case(session, case_id) for r in _reminders(session, e)]
        found = asked + ([(alarm, PROCESS, case_id)] if alarm else [])
        found += [(letter.next_at, "delivery", int(letter.id))] if letter else []
        return min((f for f in found if since < f[0] <= until), default=None)

    def hand_over(self, case_id: int, now: datetime) -> None:
        """The present begins: alarms that were set in the past are set anew, counted from now; of an open letter too."""
        with self.db.transaction() as session:
            work.wake(session, PROCESS, case_id)
            for envelope in envelopes.of_case(session, case_id):
                work.wake(session, SIGNING, envelope.id or 0)
            if letter := session.execute(_RETRIES, {"case": case_id}).first():
                work.wake(session, "delivery", int(letter.id))
        self.settle(case_id, now)
