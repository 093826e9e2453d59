"""What may be typed of a feeding centre and who may type it. Pure: no session here."""

from dataclasses import dataclass
from decimal import Decimal

from models.network.tables import Centre
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid
from models.process.words import N_

EDITORS = frozenset({Role.ENGINEER, Role.MANAGER})
EDIT = N_("Edit the feeding centres")
LARGEST = Decimal(10_000_000)  # kW: no feeding centre of a distribution grid comes near


@dataclass(frozen=True)
class Values:
    """What people know of a centre; powers in kW."""

    name: str
    voltage: str
    installed_kw: Decimal
    connected_kw: Decimal
    branch_id: int
    location: str = ""
    closed: bool = False


def checked(given: Values, reserved_kw: Decimal = Decimal(0)) -> Values:
    """The same without stray blanks. Raises ManyInvalid with every fault beside its field."""
    faults = [
        Invalid(field, "Fill in this field")
        for field, text in (("name", given.name), ("voltage", given.voltage))
        if not text.strip()
    ]
    for field, kw in (("installed_kw", given.installed_kw), ("connected_kw", given.connected_kw)):
        if not kw.is_finite() or not 0 <= kw <= LARGEST:
            faults.append(Invalid(field, "Write the power in kW, from 0 to %(most)s", most=LARGEST))
    if not faults and given.connected_kw + reserved_kw > given.installed_kw:
        told = "Connected %(connected)s kW and reserved %(reserved)s kW are more than installed: check the figures"
        faults.append(Invalid("installed_kw", told, connected=given.connected_kw, reserved=reserved_kw))
    if faults:
        raise ManyInvalid(faults)
    return Values(
        " ".join(given.name.split()), " ".join(given.voltage.split()), given.installed_kw, given.connected_kw,
        given.branch_id, given.location.strip(), given.closed,
    )  # fmt: skip


def differences(centre: Centre, wanted: Values) -> dict[str, list[str]]:
    """{field: [old, new]} of what changes, as text for the history."""
    found = {}
    for field in ("name", "voltage", "installed_kw", "connected_kw", "branch_id", "location", "closed"):
        old, new = getattr(centre, field), getattr(wanted, field)
        if old != new:
            found[field] = [str(old), str(new)]
    return found
