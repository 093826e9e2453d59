"""A report on a personal account as paper: a title, what it speaks of, one table. A print of the cabinet, not a paper of the law."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from documents import pdf
from documents.blocks import Align, Cell, Letterhead, Paper, Paragraph, Run, Table
from documents.glue import tight
from documents.marks import clean
from documents.wording import day


@dataclass(frozen=True)
class Printed:
    """Texts as they stand on the screen. `align`: left or right; `widths`: percent of the page, together 100."""

    title: str
    number: str  # of the account
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    align: Sequence[str]
    widths: Sequence[int]


def report_pdf(made: Printed, org: Mapping[str, Any], made_on: date) -> bytes:
    """`org`: name, address, phone, site, ogrn, inn, kpp of the utility."""
    lines = (
        org["address"],
        f"{org['phone']} · {org['site']}",
        f"ОГРН {org['ogrn']} · ИНН {org['inn']} · КПП {org['kpp']}",
    )
    table = Table(
        head=tuple(_cell(name) for name in made.columns),
        rows=tuple(tuple(_cell(text) for text in row) for row in made.rows),
        align=cast("tuple[Align, ...]", tuple(made.align)),
        widths=tuple(made.widths),
    )
    return pdf.write(
        Paper(
            title=made.title.upper(), number=clean(made.number), date=day(made_on), subject="",
            letterhead=Letterhead(tight(clean(org["name"])), tuple(tight(clean(x)) for x in lines)),
            running=f"{made.title} · {clean(made.number)}", footer=f"{clean(made.number)} · отчёт личного кабинета",
            issued=(made_on.year, made_on.month, made_on.day),
            blocks=(Paragraph((Run(tight(clean(made.about))),), keep=True), table),
        )
    )  # fmt: skip


def _cell(text: str) -> Cell:
    return Cell((Run(tight(clean(text))),))
