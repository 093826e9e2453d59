"""One template and one set of data to a `Paper`. Every `{{ … }}` leaves only a mark in the text; nothing here knows Word or PDF."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    Undefined,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents import wording
from documents.blocks import Letterhead, Paper
from documents.glue import tight
from documents.marks import CLOSE, OPEN, TemplateFault, clean
from documents.reader import Reader
from documents.tokens import parse

__all__ = ["FILTERS", "TEMPLATES", "TemplateFault", "edited", "environment", "front_matter", "paper", "shipped"]

TEMPLATES = Path(__file__).parent / "templates"
FILTERS = (
    wording.money, wording.amount, wording.number, wording.figure, wording.in_words, wording.day, wording.day_words,
    wording.day_long, wording.until, wording.term, wording.in_term, wording.working_days, wording.in_working_days,
    wording.initials, wording.person_short, wording.sentence,
)  # fmt: skip
_RUNNING_HEAD = 110  # characters: one line, so that a name of any length does not grow into the page


@dataclass(frozen=True)
class FrontMatter:
    """Head of a template: `version`, `title`, `number`, `subject`, `running`, `numbered`."""

    fields: dict[str, str]
    body: str

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "").strip()


@pass_context
def _hold(context: Context, value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined raises here
    held: list[object] = context["_held"]
    held.append(value)
    return f"{OPEN}{len(held) - 1}{CLOSE}"


def environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    env = ImmutableSandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, finalize=_hold, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,  # values are held as marks: there is nothing to escape
    )  # fmt: skip
    env.filters |= {function.__name__: function for function in FILTERS}
    return env


@cache
def shipped() -> ImmutableSandboxedEnvironment:
    return environment(FileSystemLoader(TEMPLATES))


def edited(template: str, text: str) -> ImmutableSandboxedEnvironment:
    """The shipped templates with one of them in another wording."""
    return environment(ChoiceLoader([DictLoader({template: text}), FileSystemLoader(TEMPLATES)]))


def front_matter(text: str) -> FrontMatter:
    try:
        _, head, body = text.split("---\n", 2)
        return FrontMatter(dict(line.split(":", 1) for line in head.splitlines() if line.strip()), body)
    except ValueError as fault:
        raise TemplateFault("a template begins with a head between two lines of '---'") from fault


def paper(env: ImmutableSandboxedEnvironment, template: str, data: dict[str, Any]) -> Paper:
    """Reads `template` with `data` (see documents.data). Raises TemplateFault."""
    held: list[object] = []
    try:
        head = front_matter(env.get_template(template).render(**data, _held=held))
        return _paper(head, Reader(held, numbered="numbered" in head.fields), data)
    except (TemplateError, LookupError, TypeError, ArithmeticError) as fault:
        raise TemplateFault(f"{template}: {type(fault).__name__}: {fault}") from fault
    except ValueError as fault:
        raise fault if isinstance(fault, TemplateFault) else TemplateFault(f"{template}: {fault}") from fault


def _paper(head: FrontMatter, reader: Reader, data: dict[str, Any]) -> Paper:
    def line(name: str) -> str:
        return tight(reader.flat(head[name]))

    issued = wording.as_date(data["issued"])
    number, date = line("number"), wording.day(issued)
    footer = tight(f"{number} · {head['form']}, версия {head['version']} · проверка: {clean(data['verify']['url'])}")
    return Paper(
        title=line("title"),
        number=number,
        date=date,
        subject=line("subject"),
        letterhead=_letterhead(data["org"]),
        running=_short(line("running")),
        footer=_short(footer),
        issued=(issued.year, issued.month, issued.day),
        blocks=reader.blocks(parse(head.body)),
    )


def _letterhead(org: dict[str, str]) -> Letterhead:
    codes = f"ОГРН {org['ogrn']} · ИНН {org['inn']} · КПП {org['kpp']}"
    lines = (org["address"], f"{org['phone']} · {org['site']}", codes)
    return Letterhead(tight(clean(org["name"])), tuple(tight(clean(text)) for text in lines))


def _short(text: str) -> str:
    return text if len(text) <= _RUNNING_HEAD else text[: _RUNNING_HEAD - 1] + "…"
