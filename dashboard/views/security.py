"""Staff: one's own password, sessions and second factor."""

from dashboard import menu, parts, session
from dashboard.views import own_security
from infra.wording import N_, _
from models.process.actor import STAFF

ENTRY = menu.Entry("security", N_("My sign-in"), order=95, roles=STAFF)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("My sign-in"), who.user.login))
    own_security.show(who)
