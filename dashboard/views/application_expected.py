"""The line «when it usually ends» under whose turn it is: from completed cases of this utility, or an honest «too few»."""

from dashboard import parts
from dashboard.views.application_sight import Sight
from documents.wording import day, plural
from infra.wording import _, language


def line(seen: Sight) -> None:
    found = seen.expected
    if found is None:
        return
    if found.half is None or found.most is None:
        text = _(
            "When everything ends we do not promise yet: too few cases like yours have ended within a year (%(count)s)."
        )
        parts.show(parts.p(text % {"count": found.cases}, sub=True))
        return
    count = (
        f"{found.cases} {plural(found.cases, 'дела', 'дел', 'дел')}" if language() == "ru" else f"{found.cases} cases"
    )
    like = _("like yours") if found.alike else _("of the same order of contract")
    facts = {"half": day(found.half), "most": day(found.most), "cases": count, "like": like}
    said = _(
        "Usually everything is complete by %(half)s, in eight cases of ten by %(most)s: counted from %(cases)s %(like)s of the last year."
    )
    parts.show(parts.p(said % facts, sub=True))
