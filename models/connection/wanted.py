"""Papers an applicant gives: the closed list (п. 10 of the Rules, domain b.8). Asking for more is not allowed."""

from dataclasses import dataclass
from decimal import Decimal

from models.connection.categories import SMALL_KW
from models.connection.stages import Category
from models.people.tables import PersonKind
from models.process.words import N_


@dataclass(frozen=True)
class Paper:
    """One paper of the closed list (п. 10)."""

    kind: str
    title: str
    hint: str
    required: bool


_LARGE = frozenset({Category.LE_150_670, Category.GE_670, Category.GRID})


def papers_wanted(
    kind: str,
    *,
    represented: bool,
    social: bool,
    generation: bool,
    category: str | None = None,
    kept: bool = True,
    total_kw: Decimal | None = None,
) -> tuple[Paper, ...]:
    """The closed list for this applicant and category; `kept`: on a reissue, earlier papers are still there.

    Source: ПП 861, п. 10; domain b.8 and law 40 (up to 150 kW the plan is at will)."""
    org = kind == PersonKind.LEGAL_ENTITY
    large = category in _LARGE and (total_kw is None or total_kw > SMALL_KW)
    identity = (
        N_("Extract from the register of legal entities")
        if org
        else N_("Copy of the passport: photo and address pages")
    )
    found = [
        Paper("identity", identity, N_("PDF or photos, every word readable"), True),
        Paper("title", N_("Right to the land or the building"),
              N_("Extract from ЕГРН, lease or another paper"), True),
    ]  # fmt: skip
    if category != Category.REISSUE:
        hint = N_("A map in a scale that lets us measure the distance to the grid") if large else N_("At will: a sketch or a map with the point of input marked")  # fmt: skip
        found.append(Paper("plan", N_("Plan of the devices on the plot"), hint, large))
    if kind == PersonKind.ENTREPRENEUR:
        found.append(Paper("registry", N_("Extract from the register of entrepreneurs"), N_("At will: we look into the register ourselves"), False))  # fmt: skip
    if represented:
        found.append(Paper("authority", N_("Power of attorney"), N_("If a representative files the application"), True))
    if social:
        found.append(Paper("social", N_("Paper of the social ground"), N_("It gives the social rate"), True))
    if generation:
        found.append(Paper("generation", N_("Scheme of the generating device"), N_("Type, power and connection"), True))
    return (*found, *_of_category(category, large=large, kept=kept))


def _of_category(category: str | None, *, large: bool, kept: bool) -> tuple[Paper, ...]:
    if large:
        hint = N_("Above 150 kW: single-line diagram, list and power of devices on emergency automation")
        return (Paper("diagram", N_("Single-line diagram of the devices"), hint, True),)
    if category == Category.GEN:
        hint = N_("Scheme of power output, agreed with the System Operator")
        return (Paper("output_scheme", N_("Scheme of power output"), hint, True),)
    if category == Category.REDISTRIBUTE:
        hint = N_("Signed by the one who gives the power and by you")
        return (Paper("redistribution", N_("Agreement on the redistribution of power"), hint, True),)
    if category == Category.REISSUE and kept:
        hint = N_("Acts, conditions, contract: whatever you have kept")
        return (Paper("earlier", N_("Earlier papers of the connection"), hint, True),)
    return ()
