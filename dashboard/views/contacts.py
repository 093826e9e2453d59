"""«Контакты»: phones and hours of the profile, branches, regions and their sites, manuals, what a computer needs (G-40,
J-014, J-079, R-05…R-11, D-22…D-24)."""

from dashboard import menu, parts, session
from dashboard.utility import Way, utility, ways
from infra import profiles
from infra.wording import N_, _
from models.people import queries

ENTRY = menu.Entry("contacts", N_("Contacts"), order=60, roles=menu.APPLICANT)


def page() -> None:
    who = session.current()
    told = profiles.cabinet()
    with session.reading(who) as db:
        branches = queries.branches(db)
    parts.show(parts.head(_("Contacts"), utility().full_short))
    parts.show(
        parts.card(_("How to reach us"), parts.listing(parts.Field(w.title, value_html=_way(w)) for w in ways()))
    )
    if told.contacts_told:
        parts.show(parts.p(told.contacts_told, sub=True))
    places = [
        parts.Field(b.name, " · ".join(filter(None, (b.address, b.phone)))) for b in branches if b.address or b.phone
    ]
    if places:
        parts.show(parts.card(_("Branches"), parts.listing(places)))
    sites = [parts.Field(r.name, value_html=_site(r.site)) for r in told.regions if r.site]
    if sites:
        parts.show(parts.card(_("Sites of the regions"), parts.listing(sites)))
    parts.show(parts.card(_("Read before use"), _manuals(told)))
    if needs := _needs(told):
        parts.show(parts.card(_("What your computer needs"), parts.listing(needs)))
    menu.link("appeal", _("Write to us"))


def _way(way: Way) -> str:
    value, hours = parts.esc(way.value), f" · {parts.esc(way.hours)}" if way.hours else ""
    return (f'<a href="{parts.esc(way.link)}">{value}</a>' if way.link else value) + hours


def _manuals(told: profiles.Cabinet) -> str:
    own = [(_("User manual of the cabinet"), told.manual), *((m.title, m.address) for m in told.manuals if m.module)]
    links = [*own, (_("Questions and answers"), "/faq"), (_("Forms to download"), "/forms")]
    return "".join(
        f'<p><a href="{parts.esc(to)}" target="_blank" rel="noopener">{parts.esc(word)}</a></p>' for word, to in links
    )


def _needs(told: profiles.Cabinet) -> list[parts.Field]:
    """Rows R-08…R-10, J-045…J-047: facts of the profile."""
    asked = told.requirements
    found = ((_("Channel"), asked.channel), (_("Operating system"), asked.system), (_("Supported browsers"), told.browsers),
             (_("Reader of PDF"), asked.reader), (_("Office programs"), asked.office))  # fmt: skip
    return [parts.Field(label, value) for label, value in found if value]


def _site(address: str) -> str:
    return f'<a href="{parts.esc(address)}" target="_blank" rel="noopener">{parts.esc(address)}</a>'
