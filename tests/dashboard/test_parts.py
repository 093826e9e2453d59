"""Parts escape everything a person may have typed; tokens, config and pictures agree."""

import ast
import itertools
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from dashboard import parts
from dashboard.faults import lines_of, sentence_of
from dashboard.parts import drawing, icons, make_config, make_logo, screen, tokens
from infra import wording
from models.connection.cards import Phrase
from models.process.errors import Invalid, ManyInvalid, TooMany
from tests.architecture.source import ROOT
from tests.dashboard import contrast

EVIL = "<img src=x onerror=alert(1)>\"'&"
STATION = drawing.Station(EVIL, EVIL, 3, 1, EVIL, False, [drawing.Way(EVIL, 2)], drawing.Way(EVIL, 4))


@pytest.mark.parametrize(
    "markup",
    [
        parts.chip("late", EVIL),
        parts.head(EVIL, EVIL),
        parts.card(EVIL, parts.p(EVIL)),
        parts.empty(EVIL, EVIL),
        parts.facts([(EVIL, EVIL)]),
        parts.listing([parts.Field(EVIL, EVIL, False)]),
        parts.timeline([parts.Step("now", EVIL, EVIL, EVIL)]),
        parts.documents([(EVIL, EVIL, EVIL)]),
        parts.bar(0.5, EVIL),
        parts.closed_moves([(EVIL, EVIL)]),
        parts.messages([(EVIL, EVIL, EVIL)]),
        parts.tiles([(EVIL, EVIL, EVIL)]),
        parts.table([parts.Column(EVIL)], [(EVIL, [parts.opener(EVIL)])], EVIL),
        drawing.process([STATION], EVIL),
        drawing.process_down([STATION]),
        drawing.funnel([(EVIL, 3, 1)], EVIL),
    ],
)
def test_no_part_lets_markup_through(markup: str) -> None:
    assert "<img" not in markup
    assert "&lt;img src=x onerror" in markup
    assert "alert(1)>" not in markup


def test_a_row_must_have_a_cell_for_every_column() -> None:
    with pytest.raises(ValueError):
        parts.table([parts.Column("a"), parts.Column("b")], [("1", ["x"])], "c")


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.5, 1.0, 7.0])
def test_a_bar_never_leaves_its_track(share: float) -> None:
    width = int(parts.bar(share).split("width:")[1].split("%")[0])
    assert 0 <= width <= 100


def test_a_timeline_marks_one_place_for_screen_readers() -> None:
    steps = [parts.Step("done", "21.11.2026", "a"), parts.Step("wait", "", "b"), parts.Step("next", "после", "c")]
    assert parts.timeline(steps).count("aria-current") == 1


def test_pictures_are_xml_a_browser_can_draw() -> None:
    ET.fromstring(drawing.process([STATION, STATION], "всё"))
    for name in icons.SHAPES:
        ET.fromstring(icons.icon(name))
    for content in make_logo.files().values():
        ET.fromstring(content)


def test_every_status_has_its_own_silhouette_and_word() -> None:
    shapes = [shape for _, shape, _ in tokens.STATUSES.values()]
    assert len(set(shapes)) == len(shapes)
    assert set(shapes) <= set(icons.SHAPES)


def test_phrases_write_money_and_days_the_russian_way() -> None:
    said = parts.say(Phrase("%(sum)s %(day)s", {"sum": Decimal("1234.5"), "day": date(2026, 11, 25)}))
    assert said == "1\u00a0234,50\u00a0₽ 25.11.2026"
    assert parts.say(Phrase("")) == ""


def test_errors_are_said_in_russian_with_their_facts() -> None:
    many = ManyInvalid([Invalid("login", "Type the password"), Invalid("x", "%(count)s overdue", count=3)])
    assert lines_of(many) == ["Введите пароль", "просрочено 3"]
    assert "15" in sentence_of(TooMany(minutes=15))


# ------------------------------------------------------------------------------------------------ one source
def test_the_config_of_streamlit_is_the_one_the_tokens_give() -> None:
    text = make_config.PATH.read_text("utf-8")
    assert text == make_config.config(), "run python -m dashboard.parts.make_config"
    read = tomllib.loads(text)
    assert read["runner"]["postScriptGC"] is False
    assert read["theme"]["dark"]["textColor"] == tokens.colour("ink", dark=True)


def test_the_logos_are_the_ones_the_tokens_give() -> None:
    for name, content in make_logo.files().items():
        assert (make_logo.HERE / name).read_text("utf-8") == content, "run python -m dashboard.parts.make_logo"


# ------------------------------------------------------------------------------------------------ contrast
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("need", "pairs"), [(4.5, contrast.TEXT), (3.0, contrast.GRAPHIC)])
def test_every_pair_of_colours_in_use_has_enough_contrast(
    dark: bool, need: float, pairs: list[tuple[str, str]]
) -> None:
    low = {p: round(contrast.of_pair(*p, dark), 2) for p in pairs if contrast.of_pair(*p, dark) < need}
    assert not low


@pytest.mark.parametrize("kind", ["normal", *contrast.CVD])
def test_status_colours_stay_apart_for_colour_blind_eyes(kind: str) -> None:
    families = ("blue", "copper", "green", "red")
    close = {
        (a, b): contrast.distance(tokens.colour(a), tokens.colour(b), kind)
        for a, b in itertools.combinations(families, 2)
        if contrast.distance(tokens.colour(a), tokens.colour(b), kind) < 12
    }
    assert not close


def test_the_measure_of_contrast_knows_bad_pairs() -> None:
    assert contrast.ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast.ratio("#777777", "#ffffff") < 4.5


# ------------------------------------------------------------------------------------------------ days and time left
IN_WORDS = {"time_left", "until", "day_long", "day_words", "working_days", "in_working_days", "in_term", "term"}


@pytest.mark.parametrize(
    ("said", "russian", "english"),
    [
        (lambda: parts.day_long(date(2026, 11, 25)), "среда, 25.11.2026", "Wednesday, 25 November 2026"),
        (lambda: parts.until(date(2026, 11, 25)), "до среды, 25.11.2026", "until Wednesday, 25 November 2026"),
        (lambda: parts.time_left(3), "осталось 3\u00a0рабочих дня", "3\u00a0working days left"),
        (lambda: parts.time_left(-1), "просрочено на 1\u00a0рабочий день", "overdue by 1\u00a0working day"),
        (lambda: parts.time_left(0), "срок сегодня", "due today"),
        (lambda: parts.term(4, "m"), "4\u00a0месяца", "4\u00a0months"),
        (lambda: parts.term(1, "y"), "1\u00a0год", "1\u00a0year"),
        (lambda: parts.term(4, "h"), "4\u00a0рабочих часа", "4\u00a0hours of the office"),
        (lambda: parts.in_working_days(2), "2\u00a0рабочих дней", "2\u00a0working days"),
    ],
)
def test_days_and_time_left_are_told_in_the_readers_language(
    said: Callable[[], str], russian: str, english: str
) -> None:
    assert said() == russian
    with wording.speaking("en"):
        assert said() == english


def test_no_page_takes_days_in_words_from_the_wording_of_papers() -> None:
    """Papers are Russian; screens have a reader."""
    taken = [
        f"{path.name}: {name.name}"
        for path in sorted((ROOT / "dashboard").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "documents.wording"
        for name in node.names
        if name.name in IN_WORDS
    ]
    assert taken == []


@pytest.mark.parametrize(
    "row", ['[data-key="__select_all__"]', '[data-key="__select_matches__"]', '[data-empty="true"]']
)
def test_a_list_of_many_choices_speaks_russian_where_streamlit_speaks_english(row: str) -> None:
    drawn = [line for line in screen.stylesheet().splitlines() if row in line and ":after{content:" in line]
    assert len(drawn) == 1
    assert drawn[0].startswith('html[lang="ru"]')
