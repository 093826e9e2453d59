"""Draws the light pages: one Jinja environment, autoescaped, strict about what it is not given."""

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dashboard import assets, session
from dashboard.gate import PUBLIC_POLICY
from dashboard.parts import day_long, icons, say, time_left, working_days
from dashboard.public import forms
from dashboard.utility import utility, ways
from documents import wording as russian
from infra import profiles
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
    "ways": ways,
}


_LEAST = {"Firefox": 120, "Chrome": 123, "Version": 17}  # Safari says Version/17.5
_IE = re.compile(r"MSIE |Trident/")


def is_old(agent: str) -> bool:
    """Browsers in which the cabinet is known not to work get the warning of row B-06, from the server: no script."""
    if _IE.search(agent):
        return True
    name = next((n for n in ("Firefox", "Chrome", "Version") if f"{n}/" in agent), "")
    found = re.search(rf"{name}/([0-9]{{1,4}})", agent) if name else None
    return found is not None and int(found[1]) < _LEAST[name]


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. It is never cached and carries the strict policy; a form's token comes with its cookie."""
    token = forms.token_of(request)
    agent = request.headers.get("user-agent", "")
    common = {"utility": utility(), "doors": profiles.cabinet(), "old_browser": is_old(agent)}
    common["inside"] = (
        session.cookie_name() in request.cookies
    )  # whether it is alive is asked by the cabinet's own door
    text = _env.get_template(template).render(
        **common, language=language(), csrf=token, path=request.url.path, **values
    )
    response = HTMLResponse(
        text, status, headers={"Content-Security-Policy": PUBLIC_POLICY, "Cache-Control": "no-store"}
    )
    if "csrf" in text and request.cookies.get(forms.cookie_name()) != token:
        forms.give(response, token)
    return response
