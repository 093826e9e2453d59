"""Draws the light pages: one Jinja environment, autoescaped, strict about what it is not given."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard import assets
from dashboard.gate import PUBLIC_POLICY
from dashboard.parts import day_long, icons, say, time_left, working_days
from dashboard.public import forms
from dashboard.utility import utility
from documents import wording as russian
from infra.wording import _, language

_env = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_env.globals |= {
    "_": _,
    "icon": lambda name: Markup(icons.icon(name)),  # noqa: S704 - drawn by us
    "mark": lambda size: Markup(icons.mark(size)),  # noqa: S704 - drawn by us
    "asset": assets.address,
    "say": say,
    "day": russian.day,
    "day_long": day_long,
    "figure": russian.figure,
    "sentence": russian.sentence,
    "time_left": time_left,
    "working_days": working_days,
}


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. It is never cached and carries the strict policy; a form's token comes with its cookie."""
    token = forms.token_of(request)
    text = _env.get_template(template).render(
        utility=utility(), language=language(), csrf=token, path=request.url.path, **values
    )
    response = HTMLResponse(
        text, status, headers={"Content-Security-Policy": PUBLIC_POLICY, "Cache-Control": "no-store"}
    )
    if "csrf" in text and request.cookies.get(forms.cookie_name()) != token:
        forms.give(response, token)
    return response
