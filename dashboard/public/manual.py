"""What people read before use (B-02, R-05): our manual by the modules of the profile; help: contacts, requirements, manuals."""

from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from dashboard.public.news import reading
from dashboard.public.pages import render
from dashboard.rich_text import html
from dashboard.utility import utility
from infra import profiles
from models.people import queries

router = APIRouter()
HERE = Path(__file__).parent / "manual"
# section: the module that it belongs to; nothing: everybody's
SECTIONS = {"start": "", "connection": "connection", "booking": "booking", "notices": "", "trouble": ""}


@cache
def _text(section: str) -> str:
    return (HERE / f"{section}.md").read_text("utf-8")


def section(name: str) -> Markup:
    """One section for this utility. The manual is a Russian document, whatever the language of the screens."""
    told, doors = utility(), profiles.cabinet()
    facts = {
        "utility": told.full_short, "phone": told.phone, "email": told.email,
        "least": str(doors.password.least), "hours": str(doors.links.hours), "session": str(doors.session.hours),
    }  # fmt: skip
    text = _text(name)
    for key, value in facts.items():
        text = text.replace("{" + key + "}", value)
    return Markup(html(text))  # noqa: S704 - made safe there


@router.get("/manual")
def manual(request: Request) -> Response:
    there = [name for name, module in SECTIONS.items() if module in ("", *profiles.cabinet().modules)]
    return render(request, "manual.html", sections={name: section(name) for name in there})


@router.get("/help")
def help_page(request: Request) -> Response:
    """Contacts, manuals, what a computer needs: all of it from the profile."""
    with reading(request) as db:
        branches = [b for b in queries.branches(db) if b.address or b.phone]
    return render(request, "help.html", branches=branches)
