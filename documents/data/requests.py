"""Application, notice of missing information, annulment."""

from typing import Literal, TypedDict

from documents.data.common import Base, Contact

AnnulmentGround = Literal["no_info", "no_payment", "not_signed", "withdrawn"]


class Stage(TypedDict):
    name: str  # "1-я очередь"
    kw: str
    design: str  # when designed: "I квартал 2027 года"
    commissioning: str  # "III квартал 2027 года"


class Attachment(TypedDict):
    name: str  # "План расположения энергопринимающих устройств"
    file: str  # "plan.pdf, 1,2 МБ"


class Consent(TypedDict):
    text: str  # "Согласие на обработку персональных данных"
    version: str  # "2 от 01.09.2025"
    at: str  # "13.11.2026 10:12 (МСК)"


class Request(TypedDict):
    """What only the application says (domain.md b.8)."""

    reason: str  # "новое присоединение"
    temporary: str  # term of a temporary connection, or ""
    nonlinear: str  # loads that distort the current (from 150 kW), or ""
    stages: list[Stage]
    generation: str  # own or micro-generation: kind, kW; or ""
    reserve: str  # technological minimum or reserve, or ""
    supplier: str  # "ООО «Озёрная сбытовая компания»"
    supply_contract: str  # "договор энергоснабжения"
    price_category: str  # "первая" or ""
    payment: str  # "по графику четырьмя частями" / "рассрочка поквартально"
    procurement: bool  # 44-ФЗ or state defence order
    preferential: str  # ground of the preferential rate and its paper, or ""
    fee_choice: str  # "по стандартизированным тарифным ставкам", or ""
    works_years: str  # "4 года", when he asks for longer works; or ""
    reliability: str  # "I — 40 кВт, III — 60 кВт", or "III"
    fias: str  # code of the address, or ""
    landmark: str  # for a plot without an address, or ""
    signature: str  # "простая электронная подпись"
    signed_at: str
    attachments: list[Attachment]
    consents: list[Consent]


class ApplicationData(Base):
    request: Request


class MissingItem(TypedDict):
    what: str
    ground: str  # "Правила № 861, п. 10, подп. «а»"
    how: str


class Notice(TypedDict):
    number: str
    days: int  # 20: working days to supply
    due: str  # last day
    annul_days: int  # 3: working days to tell of the annulment
    files: str  # "PDF, JPG или PNG размером до 10 МБ"
    received: str  # day that counts as the receipt
    basis: str  # "пункт 15 Правил"


class MissingInfoData(Base):
    notice: Notice
    missing: list[MissingItem]
    contact: Contact


class Refund(TypedDict):
    sum: str
    days: int  # working days after the request
    how: str  # "по заявлению в личном кабинете на счёт, с которого пришли деньги"


class Annulment(TypedDict):
    number: str
    ground: AnnulmentGround
    decided: str  # day of the decision
    basis: str  # "пункт 15 Правил технологического присоединения…"
    notice_number: str  # no_info: of the notice; no_payment: of the invoice; not_signed: of the contract; withdrawn: of the request, or ""
    notice_date: str  # its day
    due: str  # last day that passed; "" when withdrawn
    missing: list[str]  # what was still missing (no_info)
    refund: Refund | None  # None: no money came


class AnnulmentData(Base):
    annulment: Annulment
    contact: Contact
