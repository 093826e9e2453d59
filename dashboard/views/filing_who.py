"""The step «Who applies»: fields of an individual, an entrepreneur, an organisation (domain b.8). Words only."""

from dashboard.views.filing_asks import Ask, Kind, Part
from models.people.tables import PersonKind
from models.process.words import N_

_CONTACTS = Part(
    N_("Contacts"),
    (
        Ask("phone", N_("Mobile phone"), True, N_("We call only about this application"), example="+7 922 555-01-23"),
        Ask("email", N_("E-mail"), True, N_("Our letters about this application come here")),
        Ask("postal", N_("Postal address"), hint=N_("If it differs from the address above")),
    ),
)
_REPRESENTED = Ask(
    "represented",
    N_("A representative files the application"),
    kind=Kind.TICK,
    hint=N_("We ask for a power of attorney"),
)
_BANK = Part(
    N_("Bank account for returns"),
    (
        Ask("bank_bic", N_("Bank BIC"), example="044030653"),
        Ask("bank_account", N_("Account number"), hint=N_("20 digits")),
        Ask("bank_name", N_("Bank name")),
    ),
    folded=True,
)
_ENTERED = Ask("ogrn_date", N_("Day of the entry in the register"), kind=Kind.DAY, example="05.06.2019")
_INDIVIDUAL = (
    Part(
        N_("The applicant"),
        (
            Ask("name", N_("Family name, first name, patronymic"), True, N_("As in the passport")),
            Ask("birth_date", N_("Date of birth"), True, kind=Kind.DAY, example="17.03.1984"),
            Ask("snils", N_("SNILS"), True, example="112-233-445 95"),
            Ask("inn", N_("INN"), hint=N_("12 digits, if you know it")),
            Ask("address", N_("Address of registration"), True, longest=300),
            _REPRESENTED,
        ),
    ),
    Part(
        N_("Passport"),
        (
            Ask("passport_series", N_("Passport: series"), True, example="4108"),
            Ask("passport_number", N_("Passport: number"), True, example="512340"),
            Ask("passport_issued", N_("Passport: date of issue"), True, kind=Kind.DAY, example="02.04.2008"),
            Ask("passport_code", N_("Passport: department code"), True, example="470-021"),
            Ask("passport_issuer", N_("Passport: issued by"), True, longest=300),
        ),
        hint=N_("Kept encrypted. The staff see it only when they have to, and every look is written down."),
    ),
    _CONTACTS,
    _BANK,
)
_ENTREPRENEUR = (
    Part(
        N_("The applicant"),
        (
            Ask("name", N_("Family name, first name, patronymic"), True, N_("As in the register of entrepreneurs")),
            Ask("inn", N_("INN"), True, example="720312345678"),
            Ask("ogrn", N_("OGRNIP"), True, N_("15 digits")),
            _ENTERED,
            Ask("address", N_("Address of registration"), True, longest=300),
            _REPRESENTED,
        ),
    ),
    _INDIVIDUAL[1],
    _CONTACTS,
    _BANK,
)
_ORGANISATION = (
    Part(
        N_("The applicant"),
        (
            Ask("name", N_("Short name"), True, example="ООО «Лесной двор»"),
            Ask("full", N_("Name in full"), longest=300),
            Ask("inn", N_("INN"), True, N_("10 digits")),
            Ask("ogrn", N_("OGRN"), True, N_("13 digits")),
            _ENTERED,
            Ask("kpp", N_("KPP"), True, example="471201001"),
            Ask("address", N_("Legal address"), True, longest=300),
        ),
    ),
    Part(
        N_("Who signs for the organisation"),
        (
            Ask("head", N_("Head: family name, first name, patronymic"), True),
            Ask("head_post", N_("Post"), True, example="Генеральный директор"),
            Ask("authority", N_("Acts on the ground of"), True, example="устава"),
            _REPRESENTED,
        ),
    ),
    _CONTACTS,
    _BANK,
)
WHO: dict[str, tuple[Part, ...]] = {
    PersonKind.INDIVIDUAL: _INDIVIDUAL,
    PersonKind.ENTREPRENEUR: _ENTREPRENEUR,
    PersonKind.LEGAL_ENTITY: _ORGANISATION,
}
