"""What the applicant has told, as facts: the kind of the case and why, every field of the application, what came later."""

from collections.abc import Mapping
from decimal import Decimal

from dashboard import parts
from dashboard.views.desk_case import Sight
from dashboard.views.desk_clocks import RTN
from documents.wording import NBSP, day, figure
from infra.wording import N_, _
from models.connection import rules
from models.connection.papers import asked
from models.connection.papers.notices import REASONS
from models.connection.tables import Application, Category, Path

PATHS = {
    Path.X: N_("through the cabinet, by payment (section X)"),
    Path.ORDINARY: N_("ordinary: the contract is signed by both sides"),
}


def kind(seen: Sight) -> None:
    """Path and category, and why: staff see by which words of the Rules the case goes."""
    c = seen.case
    if not c.category:
        return
    fields = [parts.Field(_("Path"), _(PATHS[Path(c.path)])), parts.Field(_("Category"), _(rules.CATEGORY_NAMES[Category(c.category)]))]  # fmt: skip
    if found := seen.choice:
        why = _(found.why) % {k: figure(v) if isinstance(v, Decimal) else v for k, v in found.facts.items()}
        fields.append(parts.Field(_("Why"), f"{why} ({found.paragraph})"))
    parts.show(parts.card(_("Kind of the case"), parts.listing(fields)))


def data(seen: Sight) -> None:
    c = seen.case
    pairs = [
        (_("Reason"), REASONS.get(c.reason, c.reason)),
        (_("Object"), c.object_name),
        (_("Address"), c.object_address),
        (_("Landmark"), c.landmark),
        (_("Code of the address"), c.fias),
        (_("Cadastral number"), c.cadastre),
        (_("Power asked"), f"{figure(c.power_kw)}{NBSP}кВт"),
        (_("Connected before"), f"{figure(c.prior_kw)}{NBSP}кВт"),
        (_("Generation"), f"{figure(c.generation_kw)}{NBSP}кВт {c.generation_kind}".strip() if c.generation_kw else ""),
        (_("Voltage"), f"{figure(c.voltage_kv)}{NBSP}кВ"),
        (_("Phases"), str(c.phases)),
        (_("Reliability category"), asked.reliability(c)),
        (_("Points of connection"), str(c.points) if c.points > 1 else ""),
        (_("Independent sources"), str(c.sources) if c.sources > 1 else ""),
        (_("Power by stages"), "; ".join(map(_stage, c.power_stages))),
        (_("Temporary until"), day(c.temporary_until) if c.temporary_until else ""),
        (_("Power is given by"), ", ".join(filter(None, map(str, c.partner.values())))),
        (_("Papers to be issued again"), REISSUES.get(str(c.previous.get("kind", "")), "") and _(REISSUES[str(c.previous["kind"])])),
        (_("Earlier papers"), str(c.previous.get("papers", ""))),
        (_("Devices"), c.devices),
        (_("Kind of load"), c.purpose),
        (_("Design ready"), c.design),
        (_("Commissioning"), c.commissioning),
        (_("Supplier"), c.supplier),
        (_("Supplier's papers"), supply_words(c)),
        (_("Social ground"), asked.SOCIAL.get(str(c.draft.get("social_ground") or ""), _("yes")) if c.social else ""),
        (_("Way to count the fee"), asked.fee_choice(c)),
        (_("Longer works asked"), asked.works_years(c)),
        (_("Way to pay"), _("in instalments, with interest") if c.draft.get("payment_variant") == "instalments" else ""),
        (_("Procurement law"), _("yes") if c.procurement_law else ""),
        (_("Filed"), _filed(seen)),
        (_("Branch"), seen.branch),
        (_("Distance to the grid"), f"{c.distance_m}{NBSP}м" if c.distance_m is not None else ""),
        (_("Contract"), c.contract_number or ""),
        (_("Rostekhnadzor"), _rtn(seen)),
    ]  # fmt: skip
    parts.show(parts.facts([(label, value) for label, value in pairs if value]))


def _stage(row: Mapping[str, str]) -> str:
    """'100 кВт — II квартал 2027, проект I квартал 2027, II'"""
    told = f"{row.get('kw')}{NBSP}кВт — {row.get('quarter')}"
    if row.get("design"):
        told += ", " + _("design %(quarter)s") % {"quarter": row["design"]}
    return told + (f", {row['reliability']}" if row.get("reliability") else "")


def supply_words(case: Application) -> str:
    """'лицевой счёт № 4700123456 от 12.11.2026', as the supplier has placed it (TP-05)."""
    told = case.supply
    if not told.get("number"):
        return ""
    what = _(SUPPLY[str(told.get("kind"))])
    return _("%(what)s No. %(number)s of %(day)s") % {
        "what": what,
        "number": told["number"],
        "day": day(str(told["on"])),
    }


SUPPLY = {"account": N_("personal account"), "contract": N_("contract of energy supply")}


REISSUES = {
    "duplicate": N_("duplicates of papers that are lost"),
    "owner": N_("papers in the name of the new owner"),
    "act": N_("the act of connection"),
    "conditions": N_("the technical conditions"),
    "nothing": N_("papers, though none are left"),
}


def _filed(seen: Sight) -> str:
    """On paper with the day under the signature and who took it, or in the cabinet."""
    sign = seen.case.signature
    if sign.get("kind") != "paper":
        return _("in the cabinet, signed by a code")
    return _("on paper, signed %(day)s, taken by %(clerk)s") % {
        "day": sign.get("at", ""),
        "clerk": sign.get("clerk", ""),
    }


def _rtn(seen: Sight) -> str:
    told = seen.case.rtn
    if not told:
        return ""
    return f"{_(RTN[told['kind']])} № {told['number']}, {day(str(told['on']))}"
