"""Where the applicants' objects stand and what the grid is made of there. Streets, feeders and substations are invented."""

from dataclasses import dataclass
from random import Random

from models.people.tables import PersonKind


@dataclass(frozen=True)
class Place:
    """The surroundings of one branch."""

    settlement: str
    town: bool
    streets: tuple[str, ...]
    gardens: tuple[str, ...]  # garden societies
    quarters: tuple[str, ...]  # of the cadastre
    source: str
    feeders: tuple[str, ...]
    stations: tuple[str, ...]


PLACES = {
    "Приозёрск": Place(
        "г. Приозёрск", True,
        ("ул. Парусная", "ул. Маячная", "Кленовый пер.", "ул. Песчаная", "Западная наб.", "ул. Крепостная"),
        ("СНТ «Маяк»", "СНТ «Прибой»"),
        ("47:03:0301005", "47:03:0301011", "47:03:0302004"),
        "ПС 110/10 кВ «Озёрная»",
        ("ВЛ-10 кВ № 3", "ВЛ-10 кВ № 7", "КЛ-10 кВ № 12"),
        ("ТП-214, 10/0,4 кВ, 400 кВА", "ТП-231, 10/0,4 кВ, 630 кВА", "ТП-208, 10/0,4 кВ, 250 кВА"),
    ),
    "Лесное": Place(
        "пос. Лесное", False,
        ("ул. Сосновая", "ул. Боровая", "Ягодный пер.", "ул. Лесхозная"),
        ("СНТ «Берёзка»", "СНТ «Опушка»", "СНТ «Заря»"),
        ("47:03:0512004", "47:03:0512009", "47:03:0908002"),
        "ПС 35/10 кВ «Лесное»",
        ("ВЛ-10 кВ № 2", "ВЛ-10 кВ № 5"),
        ("КТП-87, 10/0,4 кВ, 160 кВА", "КТП-92, 10/0,4 кВ, 250 кВА", "КТП-95, 10/0,4 кВ, 400 кВА"),
    ),
    "Северный": Place(
        "пос. Северный", False,
        ("ул. Карьерная", "ул. Новая", "ул. Скалистая", "Гранитный пер."),
        ("СНТ «Северянка»", "СНТ «Гранит»"),
        ("47:03:0709003", "47:03:0709014"),
        "ПС 110/35/10 кВ «Северная»",
        ("ВЛ-10 кВ № 4", "ВЛ-10 кВ № 9"),
        ("КТП-140, 10/0,4 кВ, 250 кВА", "КТП-146, 10/0,4 кВ, 160 кВА"),
    ),
    "Заречный": Place(
        "пос. Заречный", False,
        ("ул. Набережная", "ул. Мостовая", "ул. Луговая", "Вишнёвый пер."),
        ("СНТ «Луговое»", "СНТ «Энергетик»"),
        ("47:03:1102001", "47:03:1102016"),
        "ПС 35/10 кВ «Заречная»",
        ("ВЛ-10 кВ № 1", "ВЛ-10 кВ № 6"),
        ("КТП-61, 10/0,4 кВ, 160 кВА", "КТП-66, 10/0,4 кВ, 400 кВА"),
    ),
}  # fmt: skip

HOME, TRADE, WORKSHOP, FARM, SOCIAL = ("Бытовые нужды", "Торговля и услуги", "Производство", "Сельское хозяйство", "Социальный объект")  # fmt: skip
# key: name, devices, purpose
OBJECTS: dict[str, tuple[str, str, str]] = {
    "house": ("Индивидуальный жилой дом", "электроплита, водонагреватель, насос, освещение, бытовые приборы", HOME),
    "garden": ("Садовый дом", "электроплитка, насос, освещение, бытовые приборы", HOME),
    "bath": ("Жилой дом и баня", "электрическая печь, водонагреватель, освещение, бытовые приборы", HOME),
    "garage": ("Гараж", "освещение, зарядная станция электромобиля, ручной инструмент", HOME),
    "solar": ("Жилой дом с солнечной станцией", "электроплита, тепловой насос, освещение, инвертор солнечной станции", HOME),
    "substation": ("Распределительные сети посёлка", "трансформаторные подстанции, воздушные и кабельные линии", WORKSHOP),
    "shop": ("Магазин продуктов", "холодильные витрины, освещение, вентиляция, кассовое оборудование", TRADE),
    "cafe": ("Кафе", "пароконвектомат, плиты, холодильное оборудование, вентиляция, освещение", TRADE),
    "wash": ("Автомойка самообслуживания", "насосы высокого давления, подогрев воды, освещение", TRADE),
    "hotel": ("Гостевой дом", "водонагреватели, кухонное оборудование, отопление, освещение", TRADE),
    "storage": ("Склад", "освещение, вентиляция, зарядные устройства погрузчиков", TRADE),
    "pier": ("Причал маломерных судов", "колонки питания судов, освещение, насосы", TRADE),
    "tower": ("Базовая станция связи", "оборудование связи, кондиционер, заградительные огни", TRADE),
    "sawmill": ("Деревообрабатывающий цех", "станки ленточнопильные и строгальные, сушильная камера, вентиляция, освещение", WORKSHOP),
    "quarry": ("Дробильно-сортировочная установка", "дробилки, грохоты, конвейеры, освещение площадки", WORKSHOP),
    "bakery": ("Пекарня", "хлебопекарные печи, тестомесы, холодильное оборудование, вентиляция", WORKSHOP),
    "workshop": ("Мастерская по ремонту техники", "станки, сварочный пост, компрессор, освещение", WORKSHOP),
    "dairy": ("Молочная ферма", "доильная установка, танки-охладители, вентиляция, освещение", FARM),
    "fish": ("Садковое форелевое хозяйство", "аэраторы, насосы, холодильная камера, освещение", FARM),
    "greenhouse": ("Тепличное хозяйство", "досвечивание, насосы полива, вентиляция", FARM),
    "school": ("Пристройка к школе: пищеблок и спортзал", "плиты, холодильное оборудование, вентиляция, освещение", SOCIAL),
    "clinic": ("Фельдшерско-акушерский пункт", "медицинское оборудование, отопление, освещение", SOCIAL),
    "pump": ("Водозаборная насосная станция", "насосы, шкаф управления, освещение", SOCIAL),
}  # fmt: skip
_BREAKERS = (16, 25, 32, 40, 50, 63, 80, 100, 125, 160, 200, 250, 320, 400, 500, 630, 800, 1000)


def address(branch: str, what: str, rng: Random) -> tuple[str, str]:
    """(address, cadastral number)"""
    place = PLACES[branch]
    where = rng.choice(place.gardens) if what == "garden" else rng.choice(place.streets)
    house = f"уч. {rng.randint(3, 190)}" if what in ("garden", "house", "bath", "solar") else f"д. {rng.randint(1, 60)}"
    region = "Ленинградская обл." if place.town else "Ленинградская обл., Приозёрский р-н"
    return f"{region}, {place.settlement}, {where}, {house}", f"{rng.choice(place.quarters)}:{rng.randint(11, 940)}"


def breaker(kw: float, phases: int) -> int:
    """Amperes of the input breaker, the next standard step above the load."""
    amperes = kw * (1.62 if phases == 3 else 4.6)
    return next((b for b in _BREAKERS if b >= amperes), _BREAKERS[-1])


def conditions(
    branch: str, kind: PersonKind, kw: float, phases: int, high: bool, site: dict[str, object], rng: Random
) -> dict[str, object]:
    """Technical conditions as an engineer of this utility would fill them in. `site`: distance_m, land_relations, …"""
    place, metres = PLACES[branch], int(str(site["distance_m"]))
    amperes = breaker(kw, phases)
    pole = rng.randint(2, 41)
    small = kind == PersonKind.INDIVIDUAL
    return (
        {
            "source": place.source,
            "feeder": rng.choice(place.feeders),
            "substation": f"РП-{rng.randint(2, 9)} 10 кВ" if high else rng.choice(place.stations),
            "point": f"опора № {pole} ВЛ-10 кВ" if high else f"опора № {pole} ВЛИ-0,4 кВ",
            "town": place.town,
            "breaker_a": amperes,
            "meter_rate": "C8.3.3" if high else "C8.3.2" if amperes > 100 else "C8.3.1" if phases == 3 else "C8.1",
            "grid_works": _high_works(metres, pole) if high else _low_works(metres, amperes, pole, phases),
            "own_works": _OWN_SMALL if small else _OWN_HIGH if high else _OWN_LARGE,
            "metering": _metering(small, phases, amperes, high),
            "protection": _PROTECTION_SMALL if small else _PROTECTION_LARGE,
            "years": 2,
        }
        | ({"boundary_place": "контактные соединения на изоляторах концевой опоры"} if high else {})
        | site
    )


def _low_works(metres: int, amperes: int, pole: int, phases: int) -> list[dict[str, str]]:
    wire = "4×16" if phases == 3 and amperes <= 63 else "2×16" if phases == 1 else "4×50"
    line = "Ответвление" if metres <= 25 else "Линия"
    board = "трёхфазным" if phases == 3 else "однофазным"
    return [
        {
            "what": f"{line} ВЛИ-0,4 кВ проводом СИП-4 {wire} мм² от опоры № {pole} до границы участка",
            "volume": f"{metres} м",
            "rate": "C2.3.1.4.1.1",
            "quantity": f"{metres / 1000:g}",
        },
        {"what": f"Щит учёта на границе участка с {board} прибором учёта и вводным аппаратом на {amperes} А", "volume": "1 шт."},
        _SWITCH_ON,
    ]  # fmt: skip


def _high_works(metres: int, pole: int) -> list[dict[str, str]]:
    return [
        {
            "what": f"Линия ВЛЗ-10 кВ на железобетонных опорах от опоры № {pole} до границы участка",
            "volume": f"{metres} м",
            "rate": "C2.3.1.4.1.1",
            "quantity": f"{metres / 1000:g}",
        },
        {"what": "Линейный разъединитель на отпаечной опоре", "volume": "1 шт.", "rate": "C4.2.1", "quantity": "1"},
        {"what": "Пункт коммерческого учёта 10 кВ на концевой опоре", "volume": "1 шт."},
        _SWITCH_ON,
    ]


def _metering(small: bool, phases: int, amperes: int, high: bool) -> list[dict[str, str]]:
    kind = "трёхфазный" if phases == 3 else "однофазный"
    direct = not high and amperes <= 100
    return [
        {"name": "Тип прибора", "value": f"{kind}, {'прямого' if direct else 'трансформаторного'} включения, интеллектуальный"},
        {"name": "Класс точности", "value": "не ниже 1,0" if direct else "не ниже 0,5S"},
        {"name": "Место установки", "value": "концевая опора на границе участка" if high else "граница участка; щит доступен с дороги"},
        {"name": "Измерительные трансформаторы", "value": "не требуются" if direct else "класса не ниже 0,5S, по одному на фазу"},
        {"name": "Передача данных", "value": "по радиоканалу" if small else "по сети оператора связи, почасовой профиль"},
    ]  # fmt: skip


_SWITCH_ON = {"what": "Фактическое присоединение и подача напряжения", "volume": ""}
_OWN_SMALL = [
    {"what": "Ввод от щита учёта до вводно-распределительного устройства дома медным кабелем не менее 10 мм² или СИП не менее 16 мм²", "volume": ""},
    {"what": "Вводно-распределительное устройство с автоматическим выключателем не больше вводного аппарата щита учёта", "volume": ""},
    {"what": "Повторное заземление нулевого провода, система TN-C-S, не более 30 Ом", "volume": ""},
    {"what": "Устройства защитного отключения: на вводе 300 мА, на розеточных группах 30 мА", "volume": ""},
]  # fmt: skip
_OWN_LARGE = [
    {"what": "Кабельная линия 0,4 кВ от щита учёта до вводно-распределительного устройства объекта по расчётной нагрузке", "volume": ""},
    {"what": "Вводно-распределительное устройство с распределением нагрузки по фазам", "volume": ""},
    {"what": "Заземляющее устройство и основная система уравнивания потенциалов, протоколы измерений", "volume": ""},
    {"what": "Ответственный за электрохозяйство", "volume": ""},
]  # fmt: skip
_OWN_HIGH = [
    {"what": "Комплектная трансформаторная подстанция 10/0,4 кВ на участке заявителя", "volume": "1 шт."},
    {"what": "Заход линии 10 кВ от границы участка до подстанции", "volume": ""},
    {"what": "Релейная защита, согласованная с уставками отходящей линии; протоколы испытаний", "volume": ""},
    {"what": "Ответственный за электрохозяйство с группой не ниже IV", "volume": ""},
]  # fmt: skip
_PROTECTION_SMALL = [
    "На вводе — автоматический выключатель, он же ограничивает максимальную мощность",
    "Качество электроэнергии в точке присоединения — по ГОСТ 32144-2013",
]
_PROTECTION_LARGE = [
    "На вводе — аппарат с уставкой, согласованной с защитой отходящей линии",
    "Коэффициент реактивной мощности tg φ — не более 0,35",
    "Качество электроэнергии в точке присоединения — по ГОСТ 32144-2013",
]
