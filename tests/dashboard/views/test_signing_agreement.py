"""Given up, the agreement lets no code sign: not a new one, not one that was sent before. Passport data are confirmed by it."""

import pytest
from sqlmodel import select

from dashboard import session as sessions
from dashboard.views import identity
from infra import clock, profiles
from infra.keys import vault_keys
from infra.wording import _
from models.people.tables import Audit, SimpleCode, User
from models.process.errors import Invalid, NotFound, NotReady
from models.signing import codes, queries
from models.signing import identity as confirming
from models.signing.identity_tables import IdentitySignature
from models.signing.sign import Visit
from models.signing.tables import Acceptance, EnvelopeState
from signatures.secrets import Vault
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.desk import Page
from tests.dashboard.views.test_signing import code, envelope, opened


def accepted(page: Page) -> None:
    page.fill("agreement-read", True).press("agreement-accept")


@pytest.mark.rows("H-14")
def test_given_up_it_refuses_the_code_that_was_sent_and_every_new_one(cabinet: Cabinet) -> None:  # noqa: F811
    found = opened(cabinet)
    accepted(cabinet.shows("signing", id=found))
    cabinet.shows("signing", id=found).press("signing-send")
    typed, signer = code(cabinet), cabinet.read(lambda db: queries.signers(db, found))[1]
    page = cabinet.shows("signing_agreement").press("agreement-revoke")
    assert "сохраняет силу" in page.text, "what follows is told before"
    cabinet.shows("signing_agreement").decide("agreement-revoke", "agreement-revoke-sure")
    row = cabinet.read(lambda db: db.exec(select(Acceptance)).one())
    assert row.revoked_at is not None
    unused = select(SimpleCode).where(SimpleCode.purpose == f"signing:{signer.id}")
    assert cabinet.read(lambda db: db.exec(unused).all()) == []
    assert "cabinet:agreement:revoke" in cabinet.read(lambda db: db.exec(select(Audit.tag)).all())
    _refused(cabinet, signer.id, typed)
    assert envelope(cabinet, found).state is EnvelopeState.OPEN
    page = cabinet.shows("signing", id=found)
    assert "signing-send" not in [b.key for b in page.app.button]
    accepted(page)  # joined again, a new code signs
    cabinet.shows("signing", id=found).press("signing-send").fill(f"signing-code-{signer.id}", code(cabinet)).press("signing-sign")  # fmt: skip
    assert envelope(cabinet, found).state is EnvelopeState.COMPLETED


def _refused(site: Cabinet, signer_id: int, typed: str) -> None:
    site.signed_in("anna")
    actor = sessions.current().actor
    with pytest.raises(Invalid), site.database.transaction() as db:
        codes.begin(db, signer_id, actor, clock.now())
    with pytest.raises(NotReady), site.database.transaction() as db:
        codes.enter(db, signer_id, actor, typed, 1, clock.now(), Visit())
    with pytest.raises(NotReady), site.database.transaction() as db:
        codes.send(db, signer_id, actor, clock.now())


def test_who_has_not_accepted_has_nothing_to_give_up(cabinet: Cabinet) -> None:  # noqa: F811
    assert "agreement-revoke" not in [b.key for b in cabinet.shows("signing_agreement").app.button]
    accepted(cabinet.shows("signing_agreement"))
    assert "agreement-revoke" in [b.key for b in cabinet.shows("signing_agreement").app.button]
    assert "agreement-revoke" not in [b.key for b in cabinet.shows("signing_agreement", "stranger").app.button]


# ------------------------------------------------------------------------------------------------ passport data
@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    told = profiles.cabinet().model_copy(update={"passport": True})
    monkeypatch.setattr(profiles, "cabinet", lambda: told)


def typed_in(page: Page, **other: str) -> Page:
    told = {"series": "4108", "number": "123456", "code": "470-012", "issuer": "ТП № 12"} | other
    for name, value in told.items():
        page.fill(f"identity-{name}", value)
    return page.fill("identity-issued", clock.today()).press("identity-next")


@pytest.mark.rows("H-24")
@pytest.mark.usefixtures("asking")
def test_passport_data_are_typed_after_the_first_sign_in_and_signed_by_a_code(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.signed_in("anna")
    assert identity.asked(sessions.current())
    assert "Подтвердите паспортные данные" in cabinet.shows("home").text
    page = cabinet.shows("identity")
    accepted(page)
    page = typed_in(cabinet.shows("identity"), number="12")
    assert _("The number of a passport has 6 digits") in page.text
    page = typed_in(page)
    assert "серия 4108, номер 123456" in page.text
    page.press("identity-send").fill("identity-code", "000000" if code(cabinet) != "000000" else "1").press(
        "identity-sign"
    )
    assert _("The code is wrong. Check the last letter from us") in page.text
    page.fill("identity-code", code(cabinet)).press("identity-sign")
    row = cabinet.read(lambda db: db.exec(select(IdentitySignature)).one())
    user = cabinet.read(lambda db: db.get(User, row.user_id))
    kept = Vault(vault_keys()).open(user.passport)
    assert (kept["series"], kept["number"]) == ("4108", "123456")
    assert row.sha256 == confirming.fingerprint(confirming.statement(user.name, kept))
    assert b"123456" not in row.sealed
    assert not identity.asked(sessions.current())
    assert "подтверждены" in cabinet.shows("identity").text


@pytest.mark.usefixtures("asking")
def test_a_code_for_other_data_confirms_nothing(cabinet: Cabinet) -> None:  # noqa: F811
    accepted(cabinet.shows("identity"))
    page = typed_in(cabinet.shows("identity")).press("identity-send")
    first = code(cabinet)
    page.press("identity-back")
    page = typed_in(page, number="654321")
    page.press("identity-send")
    cabinet.signed_in("anna")
    user, data = sessions.current().user, {"series": "4108", "number": "123456", "issued": "2026-01-01", "issuer": "x", "code": "1"}  # fmt: skip
    with pytest.raises(Invalid), cabinet.database.transaction() as db:
        confirming.begin(db, sessions.current().actor, confirming.statement(user.name, data), clock.now())
    page.fill("identity-code", first).press("identity-sign")
    assert cabinet.read(lambda db: db.exec(select(IdentitySignature)).all()) == []


def test_where_the_profile_does_not_ask_there_is_no_such_page(cabinet: Cabinet) -> None:  # noqa: F811
    assert "Подтвердите паспортные данные" not in cabinet.shows("home").text
    assert "identity-next" not in [b.key for b in cabinet.shows("identity").app.button]


@pytest.mark.usefixtures("asking")
def test_a_firm_has_no_passport(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.signed_in("firm")
    assert not identity.asked(sessions.current())
    with pytest.raises(NotFound), cabinet.database.transaction() as db:
        confirming.send(db, sessions.current().actor, "words", clock.now())


@pytest.mark.usefixtures("asking")
def test_a_confirmation_is_never_changed_or_taken_away(cabinet: Cabinet) -> None:  # noqa: F811
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    accepted(cabinet.shows("identity"))
    page = typed_in(cabinet.shows("identity")).press("identity-send")
    page.fill("identity-code", code(cabinet)).press("identity-sign")
    for change in ("update identity_signature set sha256 = ''", "delete from identity_signature"):
        with pytest.raises(DBAPIError, match="never changes"), cabinet.database.transaction() as db:
            db.execute(text(change))
    with cabinet.database.transaction() as db:  # the lock alone may be turned to a newer key
        db.execute(text("update identity_signature set sealed = 'x'"))


@pytest.mark.usefixtures("asking")
def test_confirmed_data_go_with_the_cabinet_and_the_trace_stays(cabinet: Cabinet) -> None:  # noqa: F811
    from models.people import retention

    accepted(cabinet.shows("identity"))
    page = typed_in(cabinet.shows("identity")).press("identity-send")
    page.fill("identity-code", code(cabinet)).press("identity-sign")
    with cabinet.database.transaction() as db:
        user = db.exec(select(User).where(User.login == "anna")).one()
        retention._empty(db, user, clock.now())
    row = cabinet.read(lambda db: db.exec(select(IdentitySignature)).one())
    assert row.sealed is None
    assert row.sha256
