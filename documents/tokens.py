"""Markdown to tokens, and small views of tokens. Only what a paper knows gets through; anything else is a fault of the template."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from documents.blocks import Align, Run
from documents.marks import CLOSE, OPEN, TemplateFault

LABEL = re.compile(r"^\{=([\w-]+)\}\s*")  # "{#" would open a Jinja comment
DIRECTIVES = (
    ["requisites", "signatures", "qr", "pagebreak", "table", "fields", "split", "right", "center", "small", "keep"]
)  # fmt: skip


def parse(text: str) -> list[Token]:
    md = MarkdownIt("commonmark", {"html": False}).enable("table")
    md.disable(["html_block", "html_inline", "autolink", "image", "entity", "code", "fence", "backticks"])
    for name in DIRECTIVES:
        md.use(container_plugin, name)
    return md.parse(text)


def groups(tokens: list[Token]) -> Iterator[tuple[Token, list[Token]]]:
    """Opening tokens of one level, each with what it holds (its closing token left out)."""
    start = depth = 0
    for i, token in enumerate(tokens):
        if depth == 0:
            start = i
        depth += token.nesting
        if depth == 0:
            yield tokens[start], tokens[start + 1 : i]


def faces(token: Token) -> Iterator[Run]:
    bold = italic = 0
    link = ""
    for t in token.children or ():
        match t.type:
            case "strong_open" | "strong_close":
                bold += t.nesting
            case "em_open" | "em_close":
                italic += t.nesting
            case "link_open":
                link = str(t.attrs["href"])
                if not link.startswith("#"):
                    raise TemplateFault(f"a link may only name a clause: {token.content!r}")
            case "link_close":
                yield Run(f"{OPEN}{link}{CLOSE}", bold > 0, italic > 0)
            case "softbreak":
                yield Run(" ", bold > 0, italic > 0)
            case "hardbreak":
                yield Run("\n", bold > 0, italic > 0)
            case "text":
                yield Run(t.content, bold > 0, italic > 0)
            case other:
                raise TemplateFault(f"not supported in a paper: {other} in {token.content!r}")


def align(token: Token) -> Align:
    style = str(token.attrs.get("style", "text-align:left")).removeprefix("text-align:")
    return {"right": "right", "center": "center"}.get(style, "left")  # type: ignore[return-value]
