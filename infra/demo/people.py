"""Staff of the utility and its applicants: invented, the same every time."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from infra.demo import numbers
from infra.demo.numbers import BIC
from models.people.tables import PersonKind
from models.process.actor import Role

SEED = "приозёрск-861"

BANK = "АО «Озёрный коммерческий банк»"

# login, role, name, post, branch ("" works for all of them)
STAFF: tuple[tuple[str, Role, str, str, str], ...] = (
    ("operator", Role.OPERATOR, "Соколова Ирина Павловна", "Специалист по работе с заявителями", "Приозёрск"),
    ("operator2", Role.OPERATOR, "Мельников Артём Олегович", "Специалист по работе с заявителями", "Лесное"),
    ("operator3", Role.OPERATOR, "Широкова Дарья Евгеньевна", "Специалист по работе с заявителями", "Северный"),
    ("engineer", Role.ENGINEER, "Кузнецов Дмитрий Андреевич", "Ведущий инженер производственно-технического отдела", "Приозёрск"),
    ("engineer2", Role.ENGINEER, "Баранова Ольга Николаевна", "Инженер производственно-технического отдела", "Лесное"),
    ("engineer3", Role.ENGINEER, "Яковлев Роман Игоревич", "Инженер производственно-технического отдела", "Северный"),
    ("manager", Role.MANAGER, "Громов Сергей Викторович", "Начальник отдела технологических присоединений", ""),
    ("manager2", Role.MANAGER, "Левченко Марина Юрьевна", "Заместитель начальника отдела технологических присоединений", ""),
    ("inspector", Role.INSPECTOR, "Тихонов Павел Ильич", "Инспектор", ""),
    ("metering", Role.METERING, "Ершова Наталья Сергеевна", "Инженер по учёту электроэнергии", ""),
    ("billing", Role.BILLING, "Фомина Елена Аркадьевна", "Экономист по расчётам", ""),
    ("lawyer", Role.LAWYER, "Черкасова Елизавета Юрьевна", "Юрисконсульт", ""),
    ("admin", Role.ADMIN, "Назаров Кирилл Евгеньевич", "Администратор системы", ""),
    ("editor", Role.EDITOR, "Рябинина Лидия Олеговна", "Редактор сайта", ""),
    ("auditor", Role.AUDITOR, "Власова Тамара Игоревна", "Внутренний аудитор", ""),
)  # fmt: skip
NEAREST = {"Заречный": {Role.OPERATOR: "operator3", Role.ENGINEER: "engineer2"}}  # the branch without a desk of its own

FAMILIES = ["Абрамов", "Белов", "Виноградов", "Воронов", "Гаврилов", "Голубев", "Горбунов", "Давыдов", "Дроздов", "Ефимов", "Жуков", "Зайцев", "Захаров", "Зимин", "Калинин", "Карпов", "Киселёв", "Ковалёв", "Комаров", "Королёв", "Крылов", "Лапин", "Логинов", "Лукин", "Макаров", "Маслов", "Матвеев", "Миронов", "Морозов", "Никитин", "Носков", "Осипов", "Панов", "Пахомов", "Поляков", "Пономарёв", "Родионов", "Рябов", "Савельев", "Сафонов", "Селезнёв", "Сидоров", "Симонов", "Ситников", "Суханов", "Тарасов", "Терентьев", "Трофимов", "Уваров", "Устинов", "Филатов", "Фролов", "Хохлов", "Цветков", "Чернов", "Шестаков", "Щербаков", "Юдин"]  # fmt: skip
MEN = [
    "Александр",
    "Алексей",
    "Андрей",
    "Виктор",
    "Виталий",
    "Владимир",
    "Геннадий",
    "Денис",
    "Евгений",
    "Игорь",
    "Константин",
    "Максим",
    "Михаил",
    "Николай",
    "Олег",
    "Сергей",
    "Юрий",
]
WOMEN = [
    "Алла",
    "Анастасия",
    "Валентина",
    "Галина",
    "Екатерина",
    "Елена",
    "Ирина",
    "Людмила",
    "Маргарита",
    "Марина",
    "Надежда",
    "Оксана",
    "Ольга",
    "Светлана",
    "Татьяна",
    "Юлия",
]
FATHERS = ("Александров", "Алексеев", "Андреев", "Борисов", "Васильев", "Викторов", "Владимиров", "Иванов", "Михайлов",
           "Николаев", "Олегов", "Павлов", "Петров", "Романов", "Семёнов", "Степанов", "Фёдоров")  # fmt: skip
HOSTS = ("pochta.example", "domik.example", "yashchik.example")


@dataclass(frozen=True)
class Person:
    """An applicant as he filled in his profile."""

    key: str
    kind: PersonKind
    login: str
    name: str
    email: str
    phone: str
    address: str
    full: str = ""
    snils: str = ""
    inn: str = ""
    ogrn: str = ""
    kpp: str = ""
    birth: date | None = None
    head: str = ""
    head_post: str = ""
    authority: str = ""
    bank_account: str = ""
    passport: dict[str, str] = field(default_factory=dict)


# key: short name, what stands in the quotation marks of the full one, who signs, e-mail, year of registration
COMPANIES: dict[str, tuple[str, str, str, str, int]] = {
    "firma": ("ООО «Лесной двор»", "Общество с ограниченной ответственностью «Лесной двор»", "Генеральный директор Ковальчук Денис Сергеевич", "firma@demo.example", 2019),
    "shop": ("ООО «Причал»", "Общество с ограниченной ответственностью «Причал»", "Директор Шубина Вера Анатольевна", "office@prichal.example", 2014),
    "farm": ("ООО «Ладожские луга»", "Общество с ограниченной ответственностью «Ладожские луга»", "Генеральный директор Рогов Аркадий Львович", "info@ladoga-luga.example", 2011),
    "stone": ("ООО «Карьер Северный»", "Общество с ограниченной ответственностью «Карьер Северный»", "Генеральный директор Быков Тимур Рашидович", "dir@karier-severny.example", 2008),
    "school": ("МОУ «Приозёрская СОШ № 4»", "Муниципальное общеобразовательное учреждение «Приозёрская средняя общеобразовательная школа № 4»", "Директор Ларина Людмила Борисовна", "school4@priozersk.example", 2002),
    "clinic": ("ГБУЗ «Приозёрская МБ»", "Государственное бюджетное учреждение здравоохранения «Приозёрская межрайонная больница»", "Главный врач Аничков Олег Дмитриевич", "hoz@pmb.example", 2003),
    "water": ("МУП «Водоканал»", "Муниципальное унитарное предприятие «Водоканал» Приозёрского района", "Директор Стрельцов Юрий Никитич", "priem@vodokanal-prz.example", 2005),
    "tower": ("АО «Озёрная связь»", "Акционерное общество «Озёрная связь»", "Технический директор Мартынов Глеб Юрьевич", "stroy@ozersvyaz.example", 2010),
    "bakery": ("ООО «Колосок»", "Общество с ограниченной ответственностью «Колосок»", "Директор Зуева Инна Павловна", "kolosok@pochta.example", 2016),
    "port": ("ООО «Приозёрский причал»", "Общество с ограниченной ответственностью «Приозёрский причал»", "Генеральный директор Одинцов Лев Маркович", "office@pier.example", 2013),
    "mill": ("ООО «Северный лес»", "Общество с ограниченной ответственностью «Северный лес»", "Генеральный директор Дубов Егор Андреевич", "les@sever-les.example", 2012),
    "storage": ("ООО «Логистика-47»", "Общество с ограниченной ответственностью «Логистика-47»", "Генеральный директор Галкин Руслан Олегович", "sklad@log47.example", 2018),
    "estate": ("ООО «Усадьба»", "Общество с ограниченной ответственностью «Усадьба»", "Директор Нестерова Полина Глебовна", "usadba@pochta.example", 2020),
    "network": ("ООО «Лесные сети»", "Общество с ограниченной ответственностью «Лесные сети»", "Генеральный директор Тарасенко Павел Игоревич", "tp@lesnye-seti.example", 2009),
    "fish": ("ООО «Форелевое хозяйство»", "Общество с ограниченной ответственностью «Форелевое хозяйство»", "Генеральный директор Карелин Андрей Эдуардович", "forel@pochta.example", 2017),
}  # fmt: skip
TRADERS = ("Аксёнов Вадим Петрович", "Гусева Лариса Ивановна", "Демьянов Степан Ильич", "Кудрявцева Нина Олеговна",
           "Мухин Эдуард Львович", "Рыбакова Алина Денисовна", "Хасанов Ринат Маратович")  # fmt: skip
NAMED = {"anna": "Смирнова Анна Викторовна", "petr": "Ильин Пётр Сергеевич"}
_LATIN = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", ["a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya"], strict=True))  # fmt: skip


def latin(text: str) -> str:
    return "".join(_LATIN.get(c, c) for c in text.lower())


def person(key: str) -> Person:
    """The applicant of this key: a company, "trader:3", "7" (the seventh individual), or a named one."""
    rng = Random(f"{SEED}:{key}")  # noqa: S311 - invented data
    if key in COMPANIES:
        return _company(key, rng)
    if key.startswith("trader:"):
        return _trader(key, TRADERS[int(key.partition(":")[2])], rng)
    return _individual(key, NAMED[key] if key in NAMED else _name(int(key)), rng)


def _name(number: int) -> str:
    order = list(FAMILIES)
    Random(SEED).shuffle(order)  # noqa: S311
    rng = Random(f"{SEED}:name:{number}")  # noqa: S311
    family, father = order[number % len(order)], rng.choice(FATHERS)
    if number % 2:
        return f"{family}а {rng.choice(WOMEN)} {father}на"
    return f"{family} {rng.choice(MEN)} {father}ич"


def _individual(key: str, name: str, rng: Random) -> Person:
    family, first, _ = name.split()
    born = date(rng.randint(1955, 1998), rng.randint(1, 12), rng.randint(1, 28))
    number = numbers.snils(rng)
    named = key in NAMED
    email = f"{key}@demo.example" if named else f"{latin(first[0])}.{latin(family)}@{HOSTS[int(key) % len(HOSTS)]}"
    return Person(
        key=key,
        kind=PersonKind.INDIVIDUAL,
        login=email if named else number,
        name=name,
        email=email,
        phone=numbers.phone(rng),
        address=_home(rng),
        snils=number,
        birth=born,
        passport=_passport(born, rng),
    )


def _passport(born: date, rng: Random) -> dict[str, str]:
    issued = date(min(born.year + rng.choice((20, 45)), 2024), born.month, born.day)
    if issued.year - born.year < 20:
        issued = issued.replace(year=born.year + 20)
    return {
        "passport_series": f"41{issued.year % 100:02d}",
        "passport_number": numbers.some(rng, 6),
        "passport_issued": issued.isoformat(),
        "passport_code": f"470-0{rng.randint(10, 39)}",
        "passport_issuer": "ГУ МВД России по г. Санкт-Петербургу и Ленинградской области",
    }


def _home(rng: Random) -> str:
    street = rng.choice(("ул. Парусная", "ул. Маячная", "ул. Садовая", "Кленовый пер.", "ул. Гагарина", "ул. Ленина"))
    return f"188760, Ленинградская обл., г. Приозёрск, {street}, д. {rng.randint(1, 48)}, кв. {rng.randint(1, 80)}"


def _trader(key: str, name: str, rng: Random) -> Person:
    inn = numbers.personal_inn(rng)
    family, first, _ = name.split()
    return Person(
        key=key,
        kind=PersonKind.ENTREPRENEUR,
        login=inn,
        name=f"ИП {name}",
        full=f"Индивидуальный предприниматель {name}",
        email=f"ip.{latin(family)}@pochta.example",
        phone=numbers.phone(rng),
        address=_home(rng),
        inn=inn,
        ogrn=numbers.personal_ogrn(rng, rng.randint(2009, 2023)),
        bank_account=numbers.account(rng, BIC, "40802"),
        passport=_passport(date(rng.randint(1958, 1990), rng.randint(1, 12), rng.randint(1, 28)), rng),
    )


def _company(key: str, rng: Random) -> Person:
    name, full, signer, email, year = COMPANIES[key]
    head = " ".join(signer.split()[-3:])
    inn = numbers.company_inn(rng)
    return Person(
        key=key,
        kind=PersonKind.LEGAL_ENTITY,
        login=email if email.endswith("@demo.example") else inn,
        name=name,
        full=full,
        email=email,
        phone=numbers.phone(rng),
        address=f"188760, Ленинградская обл., г. Приозёрск, ул. Заводская, д. {rng.randint(1, 40)}",
        inn=inn,
        kpp=f"{numbers.TAX_OFFICE}01001",
        ogrn=numbers.company_ogrn(rng, year),
        head=head,
        head_post=signer.removesuffix(head).strip(),
        authority="устав",
        bank_account=numbers.account(rng, BIC),
    )
