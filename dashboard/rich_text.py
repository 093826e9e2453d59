"""What an editor writes, as HTML that cannot do harm: Markdown without HTML, pictures or scripts; links to web, mail and phone.

Nothing a person typed reaches a page but through here or `esc()`."""

import re
from functools import cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

_KNOWN = frozenset({"http", "https", "mailto", "tel"})
_HEADING = {"h1": "h2", "h2": "h3"}  # the page has its own h1


def html(text: str) -> str:
    """Paragraphs, lists, tables, emphasis, quotes, headings, links. Everything else stays the text that was typed."""
    tokens = _reader().parse(text)
    for token in tokens:
        token.tag = _HEADING.get(token.tag, token.tag)
        for child in token.children or ():
            if child.type == "link_open":
                _outward(child)
    found: str = _reader().renderer.render(tokens, _reader().options, {})
    return re.sub(
        r' style="text-align:(\w+)"', r' class="to-\1"', found
    )  # the policy of the public pages has no inline style


def allowed(address: str) -> bool:
    """A page of ours, an anchor, or one of the ways out that people know."""
    if not address.isprintable() or "\\" in address:
        return False
    if address.startswith("#") or (address.startswith("/") and not address.startswith("//")):
        return True
    try:
        found = urlsplit(address)
    except ValueError:
        return False
    return found.scheme.lower() in _KNOWN and bool(found.netloc or found.path)


def _outward(link: Token) -> None:
    if not str(link.attrs.get("href", "")).startswith(("/", "#")):
        link.attrSet("rel", "noopener noreferrer nofollow")


@cache
def _reader() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    found.disable(["html_block", "html_inline", "image", "entity", "code", "fence", "reference"])
    found.validateLink = allowed  # type: ignore[method-assign, assignment]
    return found
