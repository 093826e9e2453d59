"""E-mails in Russian: a plain text from a sandboxed template and the data of documents.data.LetterData. Sends nothing, keeps nothing.

First line of a template is the subject. A value is text and nothing else: its line breaks and control characters become spaces.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.marks import clean
from documents.source import FILTERS, TemplateFault
from models.people.rules import greeting

LETTERS = Path(__file__).parent / "letters"
_SUBJECT = 200  # characters; mail programs show less


@dataclass(frozen=True)
class Message:
    subject: str
    body: str


def kinds() -> tuple[str, ...]:
    """Every letter that can be written."""
    return tuple(sorted(file.stem for file in LETTERS.glob("[a-z]*.txt")))


def letter(kind: str, data: dict[str, Any]) -> Message:
    """Writes the letter `kind`. Raises TemplateFault for an unknown kind, a missing key or a wrong value."""
    if kind not in kinds():
        raise TemplateFault(f"no such letter: {kind!r}")
    try:
        named = {"name": greeting(str(data["name"]))} if "name" in data else {}
        text = _environment().get_template(f"{kind}.txt").render(**data | named)
    except (TemplateError, LookupError, TypeError, ValueError, ArithmeticError) as fault:
        raise TemplateFault(f"letter {kind}: {type(fault).__name__}: {fault}") from fault
    subject, _, body = text.partition("\n")
    return Message(_short(subject.strip()), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    env = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(LETTERS), undefined=StrictUndefined, finalize=_plain,
        keep_trailing_newline=True, autoescape=False,  # plain text: there is nothing to escape
    )  # fmt: skip
    env.filters |= {function.__name__: function for function in FILTERS}
    return env


def _plain(value: object) -> str:
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined raises here
    return clean(value).strip()


def _short(text: str) -> str:
    return text if len(text) <= _SUBJECT else text[: _SUBJECT - 1] + "…"
