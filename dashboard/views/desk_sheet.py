"""The block tree of a paper as HTML for a preview: the same words that the file will have, what was typed is marked."""

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.parts import esc
from documents import blocks as b
from documents.glue import NBSP, SOFT_GLUE, tight
from documents.source import paper, shipped


def sheet(kind: str, data: dict[str, Any], typed: Iterable[str] = (), label: str = "") -> str:
    """For `show()`; any paper but the invoice, whose code is made with its bytes. `typed`: texts of the fields; each is marked where it stands. Raises TemplateFault."""
    made = paper(shipped(), f"{kind}.md", data)
    marked = sorted({esc(_loose(tight(t.strip()))) for t in typed if len(t.strip()) > 1}, key=len, reverse=True)
    body = _loose("".join(_block(block) for block in made.blocks))
    for words in marked:
        body = body.replace(words, f"<mark>{words}</mark>") if f"<mark>{words}" not in body else body
    head = f"<p>{esc(made.letterhead.name)}</p><h3>{esc(made.title)} № {esc(made.number)}</h3>"
    sub = f'<p class="c">{esc(_loose(made.subject))}</p>'
    return f'<div class="f-sheet" role="document" aria-label="{esc(label)}">{head}{sub}{body}</div>'


def _loose(text: str) -> str:
    """The glue of papers is a mark of its own; a screen has the no-break space."""
    return text.replace(SOFT_GLUE, NBSP)


def _inline(text: b.Inline) -> str:
    return "".join(_run(run) for run in text)


def _run(run: b.Run) -> str:
    said = esc(run.text).replace("\n", "<br>")
    said = f"<b>{said}</b>" if run.bold else said
    return f"<i>{said}</i>" if run.italic else said


def _clause(c: b.Clause) -> str:
    return f'<p style="padding-left:{(c.depth - 1) * 18}px">{esc(c.number)} {_inline(c.text)}</p>'


def _table(t: b.Table) -> str:
    def row(cells: tuple[b.Cell, ...], tag: str) -> str:
        inner = "".join(f'<{tag} colspan="{c.span}">{_inline(c.text)}</{tag}>' for c in cells)
        return f"<tr>{inner}</tr>"

    head = f"<thead>{row(t.head, 'th')}</thead>" if t.head else ""
    body = "".join(row(r, "td") for r in t.rows)
    return f'<table class="f-paper">{head}<tbody>{body}</tbody></table>'


def _signatures(s: b.Signatures) -> str:
    return "".join(f"<p>{esc(x.title)}: {esc(x.post)} {esc(x.name)}</p>" for x in s.signers)


_WRITERS: dict[type, Callable[[Any], str]] = {
    b.Heading: lambda x: f"<p><b>{esc(x.number)} {_inline(x.text)}</b></p>",
    b.Clause: _clause,
    b.Paragraph: lambda x: f'<p class="{"f-small" if x.small else ""}">{_inline(x.text)}</p>',
    b.Split: lambda x: f"<p>{_inline(x.left)} · {_inline(x.right)}</p>",
    b.Table: _table,
    b.Signatures: _signatures,
}


def _block(block: b.Block) -> str:
    """Codes, requisites and page breaks belong to the file alone."""
    writer = _WRITERS.get(type(block))
    return writer(block) if writer else ""
