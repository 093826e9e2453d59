"""«Контакты»: phones and hours of the profile, branches, regions and their sites, the manual (G-40, R-05…R-07, D-22…D-24)."""

from dashboard import menu, parts, session
from dashboard.utility import utility
from infra import profiles
from infra.wording import N_, _
from models.people import queries

ENTRY = menu.Entry("contacts", N_("Contacts"), order=60, roles=menu.APPLICANT)


def page() -> None:
    who = session.current()
    ours, told = utility(), profiles.cabinet()
    with session.reading(who) as db:
        branches = queries.branches(db)
    parts.show(parts.head(_("Contacts"), ours.full_short))
    fields = [parts.Field(_("Phone"), value_html=f'<a href="tel:{parts.esc(ours.dial)}">{parts.esc(ours.phone)}</a>')]
    fields += [parts.Field(c.title, " · ".join(filter(None, (c.value, c.hours)))) for c in told.contacts]
    if ours.email:
        fields.append(parts.Field(_("E-mail"), ours.email))
    parts.show(parts.card(_("How to reach us"), parts.listing(fields)))
    places = [
        parts.Field(b.name, " · ".join(filter(None, (b.address, b.phone)))) for b in branches if b.address or b.phone
    ]
    if places:
        parts.show(parts.card(_("Branches"), parts.listing(places)))
    sites = [parts.Field(r.name, value_html=_site(r.site)) for r in told.regions if r.site]
    if sites:
        parts.show(parts.card(_("Sites of the regions"), parts.listing(sites)))
    if told.manual:
        parts.show(
            f'<p><a href="{parts.esc(told.manual)}" rel="noopener">{parts.esc(_("User manual of the cabinet"))}</a></p>'
        )
    menu.link("appeal", _("Write to us"))


def _site(address: str) -> str:
    return f'<a href="{parts.esc(address)}" target="_blank" rel="noopener">{parts.esc(address)}</a>'
