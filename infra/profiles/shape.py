"""The shape of a profile file. A file with a wrong word does not start: every key is known, every reference is checked."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.people.card import NAMES
from models.people.tables import LoginKind, PersonKind

Text = Annotated[str, Field(min_length=1)]
Captcha = Literal["picture", "sum", "tick", "none"]


class Strict(BaseModel):
    """Unknown keys are mistakes, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Strict):
    post: Text
    name: Text
    ground: Text


class Utility(Strict):
    """Requisites: they stand in every paper."""

    name: Text
    full: Text
    full_short: Text
    town: Text
    address: Text
    inn: Text
    kpp: Text
    ogrn: Text
    phone: Text
    hours: str = ""
    email: Text
    representative: Person


class Bank(Strict):
    name: Text
    bic: Text
    account: Text
    corr: Text


class Supplier(Strict):
    name: Text
    email: Text


class Branch(Strict):
    name: Text
    address: str = ""
    phone: str = ""
    time_zone: str = "Europe/Moscow"


# ------------------------------------------------------------------------------------------------ the doors
class Region(Strict):
    """A region of the utility, with its own site when it has one (rows R-07, R-11, D-01)."""

    name: Text
    site: str = ""


class Contact(Strict):
    """A way to reach people: phone, e-mail, office, with its hours (rows G-40, R-95, D-22…D-24)."""

    title: Text
    value: Text
    hours: str = ""
    address: str = ""  # of a page that the words lead to


class Manual(Strict):
    """What people are asked to read before use (rows B-02, R-05). `module`: it is linked from that module's page too."""

    title: Text
    address: Text
    module: str = ""


class Requirements(Strict):
    """What the manual asks of a client's computer (rows R-08, R-10, J-045, J-047); browsers stand in `cabinet.browsers`."""

    channel: str = ""
    system: str = ""
    reader: str = ""  # of PDF
    office: str = ""


class SignIn(Strict):
    """The sign-in page. Empty words are ours, in the reader's language."""

    logins: Annotated[list[LoginKind], Field(min_length=1)]
    by_status: bool = False  # the kind of person is chosen first (row D-10)
    title: str = ""
    lead: str = ""
    label: str = ""
    hint: str = ""
    sample: str = ""
    button: str = ""
    register_: Annotated[str, Field(alias="register")] = ""
    register_by_kind: bool = False  # one button a kind of registration (row G-08)
    forgotten: str = ""
    leave: str = ""  # the button that ends a session (row R-94)


class Section(Strict):
    """A part of the card; its explanation stands under it (row D-06). `email*` is a required field."""

    title: str = ""
    explanation: str = ""
    fields: Annotated[list[str], Field(min_length=1)]

    @property
    def needed(self) -> dict[str, bool]:
        return {name.removesuffix("*"): name.endswith("*") for name in self.fields}


class CardShape(Strict):
    kinds: Annotated[list[PersonKind], Field(min_length=1)]
    sections: Annotated[list[Section], Field(min_length=1)]

    @property
    def fields(self) -> dict[str, bool]:
        return {name: needed for section in self.sections for name, needed in section.needed.items()}

    @model_validator(mode="after")
    def _known(self) -> "CardShape":
        if strange := set(self.fields) - NAMES:
            raise ValueError(f"no such field: {', '.join(sorted(strange))}")
        if "password" not in self.fields or not {"email", "phone"} & set(self.fields):
            raise ValueError("a card needs a password and a contact")
        return self


class Registration(Strict):
    """`confirm`: by a link, by a code, or as the chosen channel wants it (phone: code, e-mail: link)."""

    login: dict[PersonKind, str]  # the field that becomes the login
    confirm: Literal["link", "code", "channel"] = "link"
    lands: Literal["cabinet", "sign_in"] = "cabinet"
    captcha: Captcha = "none"
    title: str = ""
    lead: str = ""
    button: str = ""
    cancel: str = ""
    steps: list[str] = []  # beside the form (row J-053)
    cities: list[str] = []
    labels: dict[str, str] = {}
    hints: dict[str, str] = {}
    samples: dict[str, str] = {}
    consents_told: str = ""  # above the ticks (rows G-10, G-11)
    consents: Annotated[list[str], Field(min_length=1)]
    optional_consents: list[str] = []
    cards: Annotated[list[CardShape], Field(min_length=1)]

    @property
    def kinds(self) -> list[PersonKind]:
        return [kind for card in self.cards for kind in card.kinds]

    @model_validator(mode="after")
    def _whole(self) -> "Registration":
        if wrong := [k for c in self.cards for k in c.kinds if not c.fields.get(self.login.get(k, ""))]:
            raise ValueError(f"the login of {wrong[0]} must be a required field of its card")
        if len(set(self.kinds)) != len(self.kinds):
            raise ValueError("a kind of person has two cards")
        return self


class Recovery(Strict):
    """`ask`: e-mail of registration, phone or e-mail by choice, status and login, or whatever a person remembers."""

    ask: Literal["email", "channel", "status_login", "any"]
    phone: Literal["code", "link"] = "code"  # what a message to a phone carries
    title: str = ""
    label: str = ""
    button: str = ""
    note: str = ""


class Passwords(Strict):
    least: Annotated[int, Field(ge=6, le=64)] = 8
    mixed_case: bool = False
    letters_and_digits: bool = False
    told: str = ""  # the manual's own words
    advice: str = ""
    button: str = ""  # that keeps a new password (rows)


class Links(Strict):
    hours: Annotated[int, Field(ge=1, le=168)] = 72
    temporary_hours: Annotated[int, Field(ge=1, le=72)] = 24  # access granted by the customer centre


class Session(Strict):
    hours: Annotated[int, Field(ge=1, le=24)] = 8
    idle_minutes: Annotated[int, Field(ge=5, le=720)] = 120


class MenuItem(Strict):
    view: Text
    title: str = ""
    kinds: list[PersonKind] = []  # of persons who find it; empty: all of them (row G-19)


class Cabinet(Strict):
    """How people come in, and what they find."""

    title: str = ""
    regions: list[Region] = []
    contacts: list[Contact] = []
    contacts_told: str = ""  # under them (row R-96)
    manuals: list[Manual] = []  # rows B-02, R-05; without one of its own a module has ours
    browsers: str = ""  # rows B-05, R-09, J-046
    requirements: Requirements = Requirements()
    modules: list[Text] = ["connection"]
    passport: bool = False  # passport data are confirmed by a signature after the first sign-in (row H-24)
    menu: list[MenuItem] = []  # of an applicant, in order; empty: everything there is
    sign_in: SignIn
    registration: Registration
    recovery: Recovery
    password: Passwords = Passwords()
    links: Links = Links()
    session: Session = Session()

    @property
    def manual(self) -> str:
        """Address of the manual of the cabinet: the utility's own, or ours."""
        return next((m.address for m in self.manuals if not m.module), "/manual")

    def manual_of(self, module: str) -> Manual | None:
        return next((m for m in self.manuals if m.module == module), None)


class Profile(BaseModel):
    """The whole file. Sections of other nouns are theirs to check."""

    model_config = ConfigDict(extra="allow", frozen=True)

    utility: Utility
    bank: Bank
    supplier: Supplier
    branches: Annotated[list[Branch], Field(min_length=1)]
    cabinet: Cabinet
