"""Markdown tokens to blocks. Clause numbers are counted here, so that both writers print the same ones.

Values arrive as opaque marks and become literal text only here, after Markdown has been parsed: data can never become markup.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markdown_it.token import Token

from documents.blocks import (
    Block,
    Cell,
    Clause,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    Party,
    Qr,
    Requisites,
    Run,
    Signatures,
    Signer,
    Split,
    Stamp,
    Table,
)
from documents.glue import tight
from documents.marks import MARK, REFERENCE, TemplateFault, clean
from documents.tokens import LABEL, align, faces, groups


class Reader:
    """Walks the tokens of one paper once; `held` are the values behind the marks."""

    def __init__(self, held: list[object], *, numbered: bool) -> None:
        self.held, self.numbered, self.section = held, numbered, 0
        self.labels: dict[str, str] = {}

    def blocks(self, tokens: list[Token]) -> tuple[Block, ...]:
        """Second look after the first: references `[](#label)` may point forward."""
        return tuple(self._resolved(block) for block in self._read(tokens))

    # -- text ----------------------------------------------------------------------------------------------------
    def flat(self, text: str) -> str:
        return MARK.sub(lambda found: clean(self.held[int(found[1])]), text)

    def value(self, text: str) -> Any:
        mark = MARK.search(text)
        if mark is None:
            raise TemplateFault(f"a directive needs a value: {text!r}")
        return self.held[int(mark[1])]

    def inline(self, token: Token) -> Inline:
        joined: list[Run] = []
        for run in faces(token):  # neighbours of one face become one run, so that glue works across them
            if joined and (joined[-1].bold, joined[-1].italic) == (run.bold, run.italic):
                joined[-1] = replace(run, text=joined[-1].text + run.text)
            elif run.text:
                joined.append(run)
        return tuple(replace(run, text=tight(self.flat(run.text))) for run in joined)

    # -- blocks --------------------------------------------------------------------------------------------------
    def _read(self, tokens: list[Token]) -> list[Block]:
        out: list[Block] = []
        for token, inner in groups(tokens):
            match token.type:
                case "heading_open":
                    out.append(self._heading(inner[0]))
                case "paragraph_open":
                    out.append(Paragraph(self.inline(inner[0])))
                case "ordered_list_open":
                    out += self._clauses(inner, f"{self.section}." if self.section else "")
                case "table_open":
                    out.append(self._table(inner))
                case kind if kind.startswith("container_"):
                    out += self._directive(token, inner)
                case other:
                    raise TemplateFault(f"not supported in a paper: {other}, line {token.map}")
        return out

    def _heading(self, token: Token) -> Heading:
        self.section += self.numbered
        return Heading(self.inline(token), f"{self.section}." if self.numbered else "")

    def _clauses(self, tokens: list[Token], prefix: str, *, nested: bool = False) -> list[Block]:
        out: list[Block] = []
        for n, (_, item) in enumerate(groups(tokens), start=1):
            number = f"{prefix}{n}."
            if len(item) < 3 or item[0].type != "paragraph_open":
                raise TemplateFault(f"clause {number} must begin with text")
            first = item[1]
            self._label(first, number)
            out.append(Clause(number, number.count("."), self.inline(first), nested))
            for token, inner in groups(item[3:]):
                if token.type == "ordered_list_open":
                    out += self._clauses(inner, number, nested=True)
                else:
                    out += self._read([token, *inner, _CLOSING])
        return out

    def _label(self, first: Token, number: str) -> None:
        if (label := LABEL.match(first.content)) and first.children:
            self.labels[label[1]] = number.rstrip(".")
            first.children[0].content = LABEL.sub("", first.children[0].content)

    def _table(self, tokens: list[Token], widths: tuple[int, ...] = (), *, plain: bool = False) -> Table:
        sides = tuple(align(t) for t in tokens if t.type == "th_open")
        head, *rows = self._rows(tokens)
        share = widths or (100 // len(sides),) * len(sides)
        if len(share) != len(sides) or sum(share) > 100:
            raise TemplateFault(f"table widths {share} do not fit {len(sides)} columns")
        return Table(head if any(c.text for c in head) else (), tuple(rows), sides, share, plain)

    def _rows(self, tokens: list[Token]) -> list[tuple[Cell, ...]]:
        rows: list[tuple[Cell, ...]] = []
        cells: list[Cell] = []
        span = 1
        for i, token in enumerate(tokens):
            if token.type == "tr_open":
                cells, span = [], 1
            elif token.type in ("th_open", "td_open"):
                if tokens[i + 1].content.strip() == ">":  # joins the next cell on the right
                    span += 1
                else:
                    cells.append(Cell(self.inline(tokens[i + 1]), span))
                    span = 1
            elif token.type == "tr_close":
                rows.append(tuple(cells))
        return rows

    def _directive(self, token: Token, inner: list[Token]) -> list[Block]:
        name, _, rest = token.info.strip().partition(" ")
        texts = [t for t in inner if t.type == "inline"]
        match name:
            case "pagebreak":
                return [PageBreak()]
            case "signatures":
                return [Signatures(tuple(_signer(s) for s in self.value(rest)))]
            case "qr":
                return [self._qr(rest, texts)]
            case "requisites":
                return [self._requisites(inner)]
            case "split":
                left, right = (self.inline(t) for t in texts)
                return [Split(left, right)]
            case "table" | "fields":
                return [self._table(inner, tuple(map(int, rest.split())), plain=name == "fields")]
        return [_DRESS[name](b) if isinstance(b, Paragraph) else b for b in self._read(inner)]

    def _qr(self, rest: str, texts: list[Token]) -> Qr:
        """One code with its caption, or two: the last paragraph is then the caption of the second."""
        main, *others = (self.held[int(n)] for n in MARK.findall(rest)) if MARK.search(rest) else (self.value(rest),)
        captions = [self.inline(t) for t in texts]
        if not others:
            return _code(main, tuple(captions))
        return replace(_code(main, tuple(captions[:-1])), aside=_code(others[0], tuple(captions[-1:])))

    def _requisites(self, tokens: list[Token]) -> Requisites:
        parties: list[Party] = []
        for i, token in enumerate(tokens):
            if token.type != "inline":
                continue
            if tokens[i - 1].type == "heading_open":
                parties.append(Party(self.inline(token), ()))
            elif parties:
                parties[-1] = replace(parties[-1], lines=(*parties[-1].lines, self.inline(token)))
        return Requisites(tuple(parties))

    # -- references ----------------------------------------------------------------------------------------------
    def _resolved(self, block: Block) -> Block:
        if isinstance(block, Table):
            return replace(block, rows=tuple(tuple(self._cell(c) for c in row) for row in block.rows))
        if isinstance(block, Heading | Clause | Paragraph):
            return replace(block, text=self._linked(block.text))
        return block

    def _cell(self, cell: Cell) -> Cell:
        return replace(cell, text=self._linked(cell.text))

    def _linked(self, text: Inline) -> Inline:
        return tuple(replace(run, text=REFERENCE.sub(self._number, run.text)) for run in text)

    def _number(self, found: re.Match[str]) -> str:
        if found[1] not in self.labels:
            raise TemplateFault(f"no clause is labelled {found[1]!r}")
        return self.labels[found[1]]


_CLOSING = Token("group_close", "", -1)
_DRESS: dict[str, Callable[[Paragraph], Paragraph]] = {
    "right": lambda p: replace(p, align="right"),
    "center": lambda p: replace(p, align="center"),
    "small": lambda p: replace(p, small=True),
    "keep": lambda p: replace(p, keep=True),
}


def _code(data: Any, caption: tuple[Inline, ...]) -> Qr:
    return Qr(data["payload"], caption, clean(data["alt"]), data.get("size_mm", 22), data.get("encoding", "utf-8"))


def _signer(data: dict[str, Any]) -> Signer:
    mark = data.get("stamp")
    stamp = Stamp(clean(mark["level"]), tuple(clean(x) for x in mark["lines"])) if mark else None
    return Signer(clean(data.get("title", "")), clean(data.get("post", "")), clean(data["name"]), stamp)
