"""The whole way with a real chain: a firm with a certificate of a trusted centre signs the contract of the ordinary path by upload.
Beside it the tampered twin, the revoked one, the expired one, another firm's certificate, an employee with and without a power."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from dashboard import session as sessions
from dashboard.views import poa, signing_certificate
from infra import clock, mail, storage
from infra.engine.flowbook import entries
from infra.engine.inline import drain
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import Invalid
from models.signing import queries
from models.signing.queries import Sight
from models.signing.tables import EnvelopeState, SigningTry
from models.trust import actions, powers
from models.trust import queries as store
from models.trust.tables import Place
from signatures import certificates, lists, seal
from signatures.trust import Trust
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.story import LARGE
from tests.signatures.authority import CLERK, FIRM, OTHER, centre, crl, key_of
from tests.signatures.test_poa import written

FLOWS = [entry.flow for entry in entries().values()]  # imported before a test puts another store in the place of theirs


class File:
    def __init__(self, name: str, data: bytes) -> None:
        self.name, self.data, self.size = name, data, len(data)

    def getvalue(self) -> bytes:
        return self.data


class Done(Exception):
    """The page would begin anew here."""


@dataclass
class Firm:
    """A firm with the contract before it: `sign` is its own program and the upload."""

    site: Cabinet
    case_id: int
    state: dict[str, Any]

    def sight(self) -> Sight:
        def look(db: Any) -> Sight:
            found = queries.newest(db, "connection", self.case_id, "contract")
            assert found is not None
            return queries.sight(db, found)

        seen: Sight = self.site.read(look)
        return seen

    def upload(self, files: Sequence[File]) -> Sight:
        """One press of the button; what stands afterwards."""
        seen = self.sight()
        signer = seen.mine(sessions.current().id)
        assert signer is not None
        with pytest.raises(Done):
            signing_certificate._take(sessions.current(), seen, signer, files)
        return self.sight()

    def files(self, key: seal.Seal, spoil: bytes = b"") -> list[File]:
        seen, kept = self.sight(), storage.storage()
        name = signing_certificate.file_name
        return [File(f"{name(p)}.sig", seal.sign(kept.get(p.pdf_key) + spoil, key)) for p in seen.papers]

    def reports(self) -> list[dict[str, Any]]:
        (found,) = [rows for key, rows in self.state.items() if key.startswith("signing-verdicts")]
        return [verdict for _name, verdict in found]


@pytest.fixture
def firm(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch) -> Firm:  # noqa: F811
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    state: dict[str, Any] = {}

    def done(*_: object) -> None:
        raise Done

    monkeypatch.setattr(signing_certificate.st, "session_state", state)
    monkeypatch.setattr(signing_certificate.st, "rerun", done)
    monkeypatch.setattr(signing_certificate.parts, "done", done)
    case_id = cabinet.case(Stage.CONTRACT_SENT, "firm", **LARGE)
    with cabinet.writing() as story:
        _trust(story)
    made = Firm(cabinet, case_id, state)
    for paper in made.sight().papers:  # the story keeps hashes of these very bytes
        assert storage.storage().put(f"{paper.document_id}".encode()) == paper.pdf_key
    cabinet.signed_in("firm")
    return made


def _trust(story: Any, *revoked: seal.Seal) -> None:
    db, now = story.session, clock.now()
    admin, manager = story.staff(Role.ADMIN), story.staff(Role.MANAGER)
    facts = asdict(certificates.facts(certificates.load(centre().der)))
    row = actions.propose(db, admin, facts, centre().der, Place.ROOT, now)
    actions.confirm(db, manager, row.id or 0, row.sha256[-8:], now)
    _list(story, crl(*revoked))


def _list(story: Any, data: bytes) -> None:
    facts, der = lists.read(data, Trust.of([centre().der]))
    actions.add_file(story.session, story.staff(Role.ADMIN), asdict(facts), der, clock.now())


def codes(report: dict[str, Any]) -> set[str]:
    return {c["code"] for c in report["checks"] if c["outcome"] in ("failed", "unknown")}


@pytest.mark.rows("H-13", "J-036")
def test_a_firm_signs_the_contract_by_its_certificate_and_the_contract_is_concluded(firm: Firm) -> None:
    assert len(firm.sight().papers) > 1, "several papers, each with its own signature"
    seen = firm.upload(firm.files(key_of(FIRM)))
    assert seen.envelope.state is EnvelopeState.COMPLETED
    rows = [s for s in firm.site.read(lambda db: queries.signatures(db, seen.envelope.id)) if s.method == "certificate"]
    assert {r.verdict["status"] for r in rows} == {"valid"}
    assert {r.verdict["certificate"]["inn_legal"] for r in rows} == {FIRM.inn_legal}
    held = firm.site.read(lambda db: list(store.certificates_of(db, sessions.current().id)))
    assert [(c.source, c.inn_legal, c.doubt) for c in held] == [("signature", FIRM.inn_legal, "")]
    drain(firm.site.database, skip=("issuing", "signing"))
    case = firm.site.read(lambda db: db.get_one(Application, firm.case_id))
    assert case.stage == Stage.EXECUTION
    assert case.concluded_at is not None


@pytest.mark.parametrize(
    ("person", "fate", "spoil", "check"),
    [
        (FIRM, "good", b"!", "document"),
        (FIRM, "revoked", b"", "revocation"),
        (FIRM, "expired", b"", "validity"),
        (FIRM, "stranger", b"", "chain"),
        (FIRM, "plain", b"", "level"),
        (OTHER, "good", b"", "owner"),
        (CLERK, "good", b"", "owner"),
    ],
)
def test_its_twins_are_refused_and_recorded(firm: Firm, person: Any, fate: str, spoil: bytes, check: str) -> None:
    with firm.site.writing() as story:
        _list(story, crl(key_of(FIRM, "revoked"), days=8))
    seen = firm.upload(firm.files(key_of(person, fate), spoil))
    assert seen.envelope.state is EnvelopeState.OPEN
    assert all(check in codes(r) for r in firm.reports()), [codes(r) for r in firm.reports()]
    assert all(r["status"] != "valid" for r in firm.reports())
    tries = firm.site.read(lambda db: db.exec(select(SigningTry.result)).all())
    assert len(tries) == 1
    assert tries[0] in ("invalid", "undetermined")
    seen = firm.upload(firm.files(key_of(FIRM)))
    assert seen.envelope.state is EnvelopeState.COMPLETED, "the good one is still accepted"


def test_without_a_fresh_list_nothing_is_accepted(firm: Firm) -> None:
    with clock.at(clock.now() + timedelta(days=9)):
        seen = firm.upload(firm.files(key_of(FIRM)))
    assert seen.envelope.state is EnvelopeState.OPEN
    assert {r["status"] for r in firm.reports()} == {"undetermined"}
    assert all("revocation" in codes(r) for r in firm.reports())


# ------------------------------------------------------------------------------------------------ an employee with a power
@pytest.fixture
def clerk(firm: Firm) -> Firm:
    with firm.site.writing() as story:
        actions.set_power_codes(story.session, story.staff(Role.ADMIN), ["GRID_CONTRACT"], clock.now())
    return firm


def power(firm: Firm, **other: str) -> int:
    """Registered by the customer, asked in the state register by an employee."""
    facts = {"inn": str(FIRM.inn_legal), "snils": CLERK.snils} | other
    xml = written(**facts).replace(b'"771234567890"', CLERK.inn.encode().join((b'"', b'"')))
    with firm.site.database.transaction() as db:
        held = asdict(certificates.facts(certificates.load(key_of(CLERK).chain[0])))
        row = actions.register(db, sessions.current().actor, held, key_of(CLERK).chain[0], "file", "", clock.now())
    made = poa.take(row, xml, seal.sign(xml, key_of(FIRM)))
    return made.id or 0


def answered(firm: Firm, power_id: int, *, revoked: bool = False) -> None:
    with firm.site.writing() as story:
        powers.answer(story.session, story.staff(Role.OPERATOR), power_id, revoked, clock.now())


def test_an_employee_signs_by_a_power_that_the_register_confirmed(clerk: Firm) -> None:
    power_id = power(clerk)
    seen = clerk.upload(clerk.files(key_of(CLERK)))
    assert seen.envelope.state is EnvelopeState.OPEN, "nobody has asked the register"
    assert all("poa_revoked" in codes(r) for r in clerk.reports())
    answered(clerk, power_id)
    seen = clerk.upload(clerk.files(key_of(CLERK)))
    assert seen.envelope.state is EnvelopeState.COMPLETED
    rows = [
        s for s in clerk.site.read(lambda db: queries.signatures(db, seen.envelope.id)) if s.method == "certificate"
    ]
    told = next(c for c in rows[0].verdict["checks"] if c["code"] == "owner")
    assert told["facts"]["number"].startswith("11112222")


def test_a_revoked_power_lets_nobody_sign(clerk: Firm) -> None:
    power_id = power(clerk)
    answered(clerk, power_id)
    answered(clerk, power_id, revoked=True)
    assert clerk.upload(clerk.files(key_of(CLERK))).envelope.state is EnvelopeState.OPEN


@pytest.mark.parametrize("other", [{"inn": "7707083893"}, {"snils": "99999999999"}, {"power": "OTHER"}])
def test_a_power_of_another_firm_person_or_action_is_not_kept(clerk: Firm, other: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        power(clerk, **other)
    user_id = sessions.current().id
    assert clerk.site.read(lambda db: list(store.powers_of(db, user_id))) == []
    assert clerk.site.read(lambda db: db.get_one(User, user_id)) is not None
