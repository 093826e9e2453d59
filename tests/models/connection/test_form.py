"""The form: every wrong value beside its field, all at once, nothing lost; the passport in the clear nowhere; the code
bound to what is signed."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from models.connection import actions, form
from models.connection.tables import Application, Stage
from models.document import actions as files
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import PersonKind, SimpleCode, User
from models.process.errors import Invalid, ManyInvalid
from models.process.tables import History
from tests.house import PASSPORT
from tests.models.story import Story

LARGE: dict[str, Any] = {"power_kw": "700", "prior_kw": "0", "voltage_kv": "10", "files": ("plan", "diagram")}

EMPTY: dict[str, str] = dict.fromkeys(PASSPORT, "")


def faults(story: Story, user: User, typed: dict[str, Any], passport: dict[str, str] | None = None) -> list[str]:
    """Fields that are marked when this is sent."""
    case = story.house.draft(user, **typed)
    try:
        actions.check_draft(story.session, case.id or 0, actor_of(user), PASSPORT | (passport or {}), story.now)
    except ManyInvalid as wrong:
        return sorted(e.field for e in wrong.errors)
    return []


@pytest.fixture
def person(story: Story) -> User:
    return story.house.applicant()


@pytest.fixture
def organisation(story: Story) -> User:
    return story.organisation()


@pytest.fixture
def entrepreneur(story: Story) -> User:
    user = story.house.applicant(PersonKind.ENTREPRENEUR)
    user.name, user.inn, user.ogrn, user.kpp = "ИП Мельник Ольга Викторовна", "500100732259", "304500116000157", ""
    return user


def test_what_is_filled_in_well_passes(story: Story, person: User, organisation: User, entrepreneur: User) -> None:
    assert faults(story, person, {}) == []
    assert faults(story, organisation, {}) == []
    assert faults(story, entrepreneur, {}) == []


ANYBODY: list[tuple[str, Any]] = [
    *[(name, value) for name in ("object_name", "object_address", "devices", "purpose", "commissioning", "supplier") for value in ("", "   ", None)],
    *[("phone", value) for value in ("", "123", "+7 922 555-01", "телефон", "8 922 555 01 23 4")],
    *[("email", value) for value in ("", "a", "a@", "@b.ru", "a b@c.ru", "a@b")],
    ("name", ""),
    ("address", " "),
    *[("power_kw", value) for value in ("", "0", "-5", "0,09", "50000,01", "15,004", "много", "1e9", "NaN", "Infinity", "12,5,7")],
    *[("prior_kw", value) for value in ("-1", "много", "NaN")],
    *[("generation_kw", value) for value in ("50000,01", "-1", "x")],
    ("reliability", "IV"),
    *[("cadastre", value) for value in ("47", "47:03", "47:03:0512004", "47:03:0512004:", "ab:03:0512004:118", "47:03:05120041:118")],
    ("consent", ""),
    ("consent", "no"),
    ("kind", "minister"),
]  # fmt: skip
PERSON: list[tuple[str, Any]] = [
    ("name", "Смирнова"),
    *[("snils", value) for value in ("", "112-233-445", "112-233-445 96", "буквы")],
    *[("inn", value) for value in ("123", "500100732258", "4712009314")],
    *[("birth_date", value) for value in ("", "17.03.1984", "1984-02-30", "завтра")],
    ("purpose", "Производство"),
]
ORGANISATION: list[tuple[str, Any]] = [
    *[("inn", value) for value in ("", "4712009315", "500100732259", "x")],
    *[("ogrn", value) for value in ("", "1024701649181", "304500116000157")],
    *[("kpp", value) for value in ("", "47120100", "ABCD01001")],
    ("head", ""),
    ("head_post", ""),
    ("authority", " "),
]
PASSPORTS = [
    *[("passport_series", value) for value in ("", "410", "41080")],
    *[("passport_number", value) for value in ("", "51234", "5123401")],
    *[("passport_issued", value) for value in ("", "02.04.2008", "2026-11-03", "1998-03-16")],
    *[("passport_code", value) for value in ("", "47021", "470-0211")],
    ("passport_issuer", ""),
]


@pytest.mark.parametrize(("field", "value"), ANYBODY + PERSON)
def test_a_persons_bad_value_is_marked_beside_its_field(story: Story, person: User, field: str, value: Any) -> None:
    assert set(faults(story, person, {field: value})) - {"bank_account"} == {field}


@pytest.mark.parametrize(("field", "value"), [p for p in ANYBODY if p[0] != "kind"] + ORGANISATION)
def test_an_organisations_bad_value_is_marked_beside_its_field(
    story: Story, organisation: User, field: str, value: Any
) -> None:
    assert faults(story, organisation, {field: value}) == [field]


@pytest.mark.parametrize(("field", "value"), PASSPORTS)
def test_a_bad_passport_is_marked_beside_its_field(story: Story, person: User, field: str, value: str) -> None:
    assert faults(story, person, {}, {field: value}) == [field]


def test_a_passport_of_the_fourteenth_birthday_is_taken(story: Story, person: User) -> None:
    assert faults(story, person, {}, {"passport_issued": "1998-03-17"}) == []


def filed(story: Story, user: User, **typed: Any) -> tuple[str | None, str]:
    """Category and path that the form finds."""
    case = story.house.draft(user, **typed)
    actions.check_draft(story.session, case.id or 0, actor_of(user), PASSPORT, story.now)
    return case.category, case.path


def test_the_bounds_of_power_lead_to_their_categories(story: Story, person: User, organisation: User) -> None:
    assert filed(story, person, power_kw="15,00") == ("IND_15", "X")
    assert filed(story, person, power_kw="0,1") == ("IND_15", "X")
    assert filed(story, person, power_kw="10", prior_kw="5") == ("IND_15", "X")
    assert filed(story, person, power_kw="10", prior_kw="5,01") == ("IND_GT_15", "ordinary")
    assert filed(story, organisation, power_kw="150") == ("LE_150", "X")
    large = {"files": ("plan", "diagram")}
    assert filed(story, organisation, power_kw="100", prior_kw="50,01", **large) == ("LE_150_670", "ordinary")
    assert filed(story, organisation, power_kw="669,99", **large) == ("LE_150_670", "ordinary")
    assert filed(story, organisation, power_kw="670", **large) == ("GE_670", "ordinary")


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ({"power_kw": "400"}, ["file_diagram", "file_plan"]),
        ({"reason": "temporary"}, ["temporary", "temporary_until"]),
        ({"reason": "temporary", "temporary": "mobile", "temporary_until": "2026-11-02"}, ["temporary_until"]),
        ({"reason": "temporary", "temporary": "mobile", "temporary_until": "2027-11-03"}, ["temporary_until"]),
        ({"reason": "temporary", "temporary": "mobile", "temporary_until": "2027-11-02"}, []),
        ({"reason": "redistribution"}, ["file_redistribution", "partner_inn", "partner_name"]),
        ({"reason": "reissue"}, ["file_earlier", "reissue_kind"]),
        ({"reason": "reissue", "reissue_kind": "nothing"}, []),
        ({"generation_kw": "900", "generation_kind": "СЭС"}, ["file_generation", "file_output_scheme"]),
        ({"sources": "4"}, ["sources"]),
        ({"reliability": "II", "sources": "1"}, ["sources"]),
        ({"power_stages": [{"kw": "100", "quarter": "II квартал 2027"}]}, ["power_stages"]),
        ({"power_stages": [{"kw": "100", "quarter": "весной"}, {"kw": "20", "quarter": "I квартал 2028"}]}, ["power_stages"]),
        ({"power_stages": [{"kw": "100", "quarter": "II квартал 2027"}, {"kw": "20", "quarter": "I квартал 2028"}]}, []),
        ({"reason": "просто так"}, ["reason"]),
    ],
)  # fmt: skip
def test_what_further_categories_are_asked(
    story: Story, organisation: User, typed: dict[str, Any], marked: list[str]
) -> None:
    assert faults(story, organisation, typed) == marked


def test_an_entrepreneur_is_asked_for_his_passport(story: Story, entrepreneur: User) -> None:
    assert faults(story, entrepreneur, {}, EMPTY) == sorted(PASSPORT)


def test_an_account_is_checked_with_its_bank(story: Story, organisation: User) -> None:
    good = {"bank_bic": "044525225", "bank_account": "40702810438000123019"}
    from models.people import rules

    wrong = next(
        good["bank_account"][:-1] + d
        for d in "0123456789"
        if _fits(rules, good["bank_account"][:-1] + d, good["bank_bic"])
    )
    assert faults(story, organisation, good | {"bank_account": wrong}) == []
    assert faults(story, organisation, good | {"bank_account": wrong[:-1]}) == ["bank_account"]
    assert faults(story, organisation, {"bank_bic": "0445"}) == ["bank_account", "bank_bic"]


def _fits(rules: Any, account: str, bank: str) -> bool:
    try:
        return bool(rules.account(account, bank))
    except Invalid:
        return False


@pytest.mark.rows("G-24")
def test_all_faults_are_told_at_once_and_nothing_is_lost(story: Story, person: User) -> None:
    bad = {
        "phone": "1",
        "email": "x",
        "snils": "1",
        "power_kw": "много",
        "object_name": "",
        "cadastre": "1",
        "consent": "",
        "birth_date": "вчера",
    }
    assert faults(story, person, bad, {"passport_series": "4", "passport_code": "1"}) == sorted(
        [*bad, "passport_series", "passport_code"]
    )
    found = story.session.exec(select(Application).where(Application.applicant_id == person.id)).one()
    assert found.stage == Stage.DRAFT
    assert {k: found.draft[k] for k in bad} == bad
    assert found.draft["devices"] == "электроплита, водонагреватель, освещение"


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({}, []),
        ({"represented": True}, ["file_authority"]),
        ({"social": True}, ["file_social"]),
        ({"generation_kw": "5"}, ["file_generation"]),
    ],
)
def test_papers_of_the_closed_list_are_asked_for(
    story: Story, person: User, more: dict[str, Any], missing: list[str]
) -> None:
    assert faults(story, person, more) == missing


def test_without_files_both_papers_are_asked_for(story: Story, person: User) -> None:
    case = story.house.draft(person)
    for row in form_files(story, case):
        files.remove_attachment(story.session, row, story.now)
    with pytest.raises(ManyInvalid) as caught:
        actions.check_draft(story.session, case.id or 0, actor_of(person), PASSPORT, story.now)
    assert [e.field for e in caught.value.errors] == ["file_identity", "file_title"]


def form_files(story: Story, case: Application) -> list[Any]:
    from models.document import queries

    story.session.flush()
    return list(queries.attachments(story.session, case.id or 0))


def test_what_was_typed_becomes_the_case(story: Story, person: User) -> None:
    case = story.house.submitted(
        person, power_kw="7,5", prior_kw="2", phases="1", phone="8 (922) 555-01-23", commissioning="III квартал 2027"
    )
    assert (str(case.power_kw), str(case.prior_kw), case.phases, case.category) == ("7.50", "2.00", 1, "IND_15")
    assert case.person["phone"] == "+79225550123"
    assert case.person["snils"] == "11223344595"
    assert case.submitted_at == story.now
    assert case.stage == Stage.SUBMITTED


def test_a_draft_starts_from_the_profile_and_from_an_earlier_application(story: Story, person: User) -> None:
    earlier = story.house.draft(person, devices="насос", consents=["old"]).draft | PASSPORT
    copied = form.prefilled(person, earlier)
    assert copied["devices"] == "насос"
    assert copied["name"] == person.name
    assert copied["snils"] == "112-233-445 95"
    assert not {*PASSPORT, "checked", "consents"} & set(copied)
    assert form.prefilled(person, None)["voltage_kv"] == "0.4"


# ------------------------------------------------------------------------------------------------ the passport
def test_a_passport_is_never_saved_among_the_other_values(story: Story, person: User) -> None:
    case = story.house.draft(person)
    for name, value in PASSPORT.items():
        with pytest.raises(ValueError, match="encrypted only"):
            actions.save_draft(story.session, case.id or 0, actor_of(person), {name: value}, story.now)


@pytest.mark.rows("D-21")
def test_a_passport_stands_in_the_clear_in_no_row(story: Story, person: User) -> None:
    case = story.house.submitted(person)
    story.register(case)
    for table in ("connection", "history", "document", "letter", "notice", "simple_code", "audit", "app_user", "term"):
        rows = story.session.execute(text(f"select row_to_json(t)::text from {table} t")).scalars().all()
        for value in (PASSPORT["passport_number"], PASSPORT["passport_issuer"], "4108512340"):
            assert not [r for r in rows if value in r], table
    assert case.passport


def test_saving_again_without_the_passport_keeps_it(story: Story, person: User) -> None:
    case = story.house.draft(person)
    actions.save_draft(story.session, case.id or 0, actor_of(person), {"devices": "насос"}, story.now, b"locked")
    actions.save_draft(story.session, case.id or 0, actor_of(person), {"devices": "печь"}, story.now)
    assert case.passport == b"locked"


# ------------------------------------------------------------------------------------------------ the code
def signed(story: Story, case: Application, user: User) -> SimpleCode:
    bound = actions.check_draft(story.session, case.id or 0, actor_of(user), PASSPORT, story.now)
    code = people.make_code(story.session, user, "application", bound, story.now)
    return people.use_code(story.session, user, "application", bound, code, story.now)


def refused(story: Story, case: Application, user: User, code: SimpleCode, passport: dict[str, str] = PASSPORT) -> None:
    with pytest.raises(Invalid) as caught:
        actions.submit(story.session, case.id or 0, actor_of(user), code, passport, story.now)
    assert caught.value.field == "code"
    assert case.stage == Stage.DRAFT


CHANGES = [
    {"power_kw": "14"}, {"object_address": "другой"}, {"phone": "+79225550199"}, {"supplier": "другой"}, {"name": "Смирнова Анна Ивановна"},
    {"procurement_law": True}, {"voltage_kv": "10"}, {"birth_date": "1984-03-18"}, {"reason": "increase"},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_changing_a_field_voids_the_code(story: Story, person: User, change: dict[str, Any]) -> None:
    case = story.house.draft(person)
    code = signed(story, case, person)
    actions.save_draft(story.session, case.id or 0, actor_of(person), change, story.now)
    refused(story, case, person, code)


def test_changing_the_passport_voids_the_code(story: Story, person: User) -> None:
    case = story.house.draft(person)
    refused(story, case, person, signed(story, case, person), PASSPORT | {"passport_number": "512341"})


def test_changing_a_file_voids_the_code(story: Story, person: User) -> None:
    case = story.house.draft(person)
    code = signed(story, case, person)
    files.attach(story.session, case.id or 0, actor_of(person), story.now, kind="plan", name="план.pdf",
                 media_type="application/pdf", size=3, sha256="b" * 64, key="b" * 64)  # fmt: skip
    refused(story, case, person, code)


def test_a_code_of_another_case_does_not_sign_this_one(story: Story, person: User) -> None:
    other = story.house.draft(person)
    refused(story, story.house.draft(person), person, signed(story, other, person))


def test_a_code_that_was_not_used_signs_nothing(story: Story, person: User) -> None:
    case = story.house.draft(person)
    code = signed(story, case, person)
    code.used_at = None
    refused(story, case, person, code)


def test_the_evidence_of_the_signature_stays_with_the_case(story: Story, person: User) -> None:
    case = story.house.submitted(person)
    evidence = case.signature
    assert evidence["kind"] == "simple"
    assert evidence["channel"] == people.masked(person.email)
    assert evidence["at"] == "02.11.2026 12:00 (МСК)"
    assert len(evidence["bound_to"]) == 64
    row = story.session.exec(select(History).where(History.subject_id == case.id)).one()
    assert row.changes == {"bound_to": evidence["bound_to"]}


def test_the_fingerprint_does_not_depend_on_the_order_of_files_and_fields(story: Story, person: User) -> None:
    case = story.house.draft(person)
    mine = form_files(story, case)
    one = form.fingerprint(case, mine, PASSPORT)
    case.draft = dict(reversed(case.draft.items())) | {"step": 3}
    assert form.fingerprint(case, mine[::-1], dict(reversed(PASSPORT.items()))) == one
    assert form.fingerprint(case, mine[:1], PASSPORT) != one


def test_the_day_of_a_passport_is_judged_by_the_day_of_filing() -> None:
    from models.people.rules import passport

    born, issued = date(1984, 3, 17), date(2008, 4, 2)
    assert passport("41 08", "512340", issued, "470021", born, date(2008, 4, 2))["code"] == "470-021"
    with pytest.raises(Invalid):
        passport("41 08", "512340", issued, "470021", born, date(2008, 4, 1))


@pytest.mark.parametrize("typed", ["1E400", "9" * 30, "-1", "NaN", "-Infinity", "٣", "1_000", "0x10", "много"])
@pytest.mark.parametrize("field", ["power_kw", "prior_kw", "generation_kw", "first_kw"])
def test_a_power_that_is_no_number_in_usual_digits_is_named_beside_its_field(
    story: Story, field: str, typed: str
) -> None:
    with pytest.raises(ManyInvalid) as caught:
        story.house.submitted(story.organisation(), **(LARGE | {"reliability": "I", field: typed}))
    assert field in {f.field for f in caught.value.errors}


@pytest.mark.parametrize(
    ("field", "typed"), [("voltage_kv", "380"), ("phases", "2"), ("commissioning", "²²²²"), ("commissioning", "скоро")]
)
def test_what_is_chosen_from_a_list_is_of_the_list(story: Story, field: str, typed: str) -> None:
    with pytest.raises(ManyInvalid) as caught:
        story.house.submitted(**{field: typed})
    assert {f.field for f in caught.value.errors} == {field}


def test_a_zero_byte_falls_out_of_a_draft(story: Story) -> None:
    case = story.house.draft()
    rows = [{"kw": "15\x00", "quarter": "II квартал 2027"}]
    actions.save_draft(
        story.session, case.id or 0, story.house.owner(case), {"power_kw": "15\x00", "power_stages": rows}, story.now
    )
    story.session.expire_all()
    assert (case.draft["power_kw"], case.draft["power_stages"][0]["kw"]) == ("15", "15")
