"""What papers are made from, read once; their titles and numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from models.connection.tables import Application, Conditions, Inspection, Meter
from models.document.tables import Attachment
from models.payment.tables import Instalment, Invoice
from models.process.tables import Term, TermRule
from models.process.workdays import Calendar

TITLES = {
    "application": "Заявка на технологическое присоединение",
    "missing_info": "Уведомление о недостающих сведениях",
    "annulment": "Уведомление об аннулировании заявки",
    "contract": "Условия типового договора",
    "conditions": "Технические условия",
    "invoice": "Счёт для внесения платы за ТП",
    "guide": "Инструкция по включению",
    "inspection_act": "Акт осмотра электроустановки",
    "meter_act": "Акт допуска прибора учёта в эксплуатацию",
    "connection_act": "Акт об осуществлении технологического присоединения",
    "readiness_notice": "Уведомление об обеспечении возможности присоединения",
    "tu_act": "Акт о выполнении технических условий",
    "reserve_act": "Акт согласования технологической и аварийной брони",
    "supplement": "Дополнительное соглашение к договору",
    "disagreements": "Протокол разногласий",
    "refusal": "Отказ в рассмотрении или перенаправление заявки",
    "refund_request": "Заявление о возврате или уточнении платежа",
    "termination": "Соглашение о расторжении договора",
    "signing_protocol": "Протокол подписания",
}
LAW = "Правил технологического присоединения, утверждённых постановлением Правительства РФ от 27.12.2004 № 861"


@dataclass(frozen=True)
class Bundle:
    """Everything a paper may need, read once."""

    case: Application
    org: Mapping[str, Any]  # the utility's settings: utility, bank, supplier, connection, site
    branch: str
    zone: ZoneInfo
    calendar: Calendar
    rules: Mapping[str, TermRule]  # in force today, by id
    now: datetime
    token: str = ""
    conditions: Conditions | None = None
    invoice: Invoice | None = None
    payments: Sequence[Instalment] = ()
    attachments: Sequence[Attachment] = ()
    inspection: Inspection | None = None
    meter: Meter | None = None
    terms: Sequence[Term] = ()
    engineer: Mapping[str, str] = field(default_factory=dict)
    inspector: Mapping[str, str] = field(default_factory=dict)
    numbers: Mapping[str, tuple[str, date]] = field(default_factory=dict)  # kind → number and day of a paper in force
    details: Mapping[str, Any] = field(default_factory=dict)  # what only this paper says; each builder names its keys

    @property
    def ordinary(self) -> bool:
        """The path of the case: False is Section X of the Rules."""
        return getattr(self.case, "path", "X") == "ordinary"

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def stamp(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%d.%m.%Y %H:%M} (МСК)" if at else ""

    def day(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).date().isoformat() if at else ""

    def length(self, rule: str) -> int:
        """Of a rule in force today; the editor switches none of them off (models.rulebook.rules.ASKED_BY_NAME)."""
        return int(self.rules[rule].length or 0)

    @property
    def penalty(self) -> str:
        """Per cent of the whole fee for a day of late works (TU-PEN), as the contract of today promises it."""
        return str(self.rules["TU-PEN"].alternative["percent_per_day"])


def title_of(kind: str, *, ordinary: bool) -> str:
    """How a paper is called on its path: the contract of the ordinary path is no offer of standard terms."""
    if kind == "contract" and ordinary:
        return "Договор об осуществлении технологического присоединения"
    return TITLES[kind]


_SUFFIX = {
    "application": "З",
    "missing_info": "УН",
    "annulment": "УА",
    "contract": "Д",
    "conditions": "ТУ",
    "invoice": "С",
    "guide": "И",
    "inspection_act": "АО",
    "meter_act": "АД",
    "connection_act": "АТП",
    "readiness_notice": "УОВ",
    "tu_act": "АВ",
    "reserve_act": "АБ",
    "supplement": "ДС",
    "disagreements": "ПР",
    "refusal": "ОТ",
    "refund_request": "ЗВ",
    "termination": "СР",
    "signing_protocol": "П",
}


def number_of(kind: str, case: Application) -> str:
    """Papers bear the number of their case: '000123/26-ТУ'."""
    stem = (case.number or "").removeprefix("ТП-")
    return f"{stem}-{_SUFFIX[kind]}"


def with_token(bundle: Bundle, token: str) -> Bundle:
    """The same bundle for a paper with this check token."""
    return replace(bundle, token=token)
