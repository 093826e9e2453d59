"""Who, what and where: the data common to every paper."""

from typing import Literal, NotRequired, TypedDict

ApplicantKind = Literal["individual", "entrepreneur", "legal_entity"]
Path = Literal["X", "ordinary"]  # Section X of the Rules (cabinet) · the ordinary path


class Representative(TypedDict):
    """Who signs for a party; nominative, so that nothing has to be declined."""

    post: str  # "заместитель генерального директора"
    name: str  # "Лаптев Игорь Сергеевич"
    ground: str  # "доверенность № 17 от 12.01.2026", "устав"


class Org(TypedDict):
    name: str  # "Приозёрские электросети": the letterhead
    full: str  # "Акционерное общество «Приозёрские электросети»"
    full_short: str  # "АО «Приозёрские электросети»"
    town: str  # "г. Приозёрск"
    address: str  # "188760, Ленинградская обл., г. Приозёрск, ул. Береговая, д. 14"
    inn: str  # "4712009318"
    kpp: str  # "471201001"
    ogrn: str  # "1024701649183"
    phone: str  # "8 800 555-01-47"
    email: str  # "tp@priozersk-seti.example"
    site: str  # "lk.priozersk-seti.example"
    representative: Representative


class Bank(TypedDict):
    name: str  # "АО «Озёрный коммерческий банк»"
    bic: str  # "044030911"
    account: str  # "40702810355000001234"
    corr: str  # "30101810200000000911"


class Passport(TypedDict):
    series: str  # "41 08"
    number: str  # "512340"
    issued_by: str  # "ТП № 47 отдела УФМС России"
    issued_on: str  # "2008-04-02"
    department: str  # "470-021"


class Applicant(TypedDict):
    kind: ApplicantKind
    name: str  # as papers call him: "Смирнова Анна Викторовна", "ИП Мельник О. В.", "ООО «Лесной двор»"
    full: str  # full legal name; of an individual the same as `name`
    born: str  # "1984-03-17" or ""
    passport: Passport | None
    snils: str  # "112-233-445 95" or ""
    inn: str
    ogrn: str  # ОГРН or ОГРНИП, or ""
    ogrn_date: str  # date of the entry, or ""
    kpp: str
    address: str  # registration or legal address
    postal: str
    phone: str  # "+7 921 000-12-34"
    email: str
    representative: Representative | None  # the head of an organisation, or who acts by a power of attorney
    bank: Bank | None


class ObjectData(TypedDict):
    name: str  # "Индивидуальный жилой дом"
    address: str
    cadastre: str  # "47:03:0512004:118" or ""
    branch: str  # "Заречный"
    devices: str  # what will be fed: "электроплита, водонагреватель, освещение"
    kw: str  # power being connected: "15"
    kw_before: str  # connected before: "0"
    kw_total: str  # "15"
    voltage: str  # kV: "0.4"
    phases: int  # 1 or 3
    category: str  # "III"
    points: int  # number of connection points
    purpose: str  # nature of load: "бытовая"
    year: int  # of commissioning


class ApplicationRef(TypedDict):
    number: str  # "ТП-000123/26"
    date: str


class Stamp(TypedDict):
    level: str  # "усиленная квалифицированная подпись"
    lines: list[str]  # "Сертификат 01D9…", "Владелец …", "Действителен …", "Подписано …"


class Signer(TypedDict):
    title: str  # party: "Сетевая организация"; needed when two sign
    post: str  # "Заместитель генерального директора"
    name: str  # "И. С. Лаптев"
    stamp: Stamp | None  # None leaves a line to sign on


class Verify(TypedDict):
    url: str  # printed: "lk.priozersk-seti.example/d/7K3M-9QXA"
    payload: str  # in the QR: "https://lk.priozersk-seti.example/d/7K3M-9QXA"
    alt: str  # "QR-код проверки документа"
    size_mm: NotRequired[int]  # 22


class Contact(TypedDict):
    name: str  # "О. Д. Кириллов"
    post: str  # "ведущий инженер отдела присоединений"
    phone: str


class Base(TypedDict):
    """Common to every paper."""

    issued: str  # day on the paper
    path: NotRequired[Path]  # papers frozen before there were two paths lack it: they are of Section X
    org: Org
    bank: Bank
    applicant: Applicant
    object: ObjectData
    application: ApplicationRef
    verify: Verify
    signers: list[Signer]  # one or two; the application is signed by the applicant
