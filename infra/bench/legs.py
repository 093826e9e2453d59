"""`feeder bench legs`: from a click to the flow's body, on a scratch installation, next to Prefect as it comes. What is
measured, and what not, is told in docs/benchmarks.md."""

import sys
import time
from collections.abc import Collection
from typing import Any

from infra.bench.lab.meters import machine
from infra.bench.lab.runs import QUICK, Figures, Numbers, Runs
from infra.bench.lab.scratch import Scratch
from infra.bench.lab.table import as_json, ms, rounded, table
from infra.trouble import Trouble
from infra.up.part import Child
from infra.wording import N_, _

WARM = ("click", "alone", "batch", "storm", "idle")
PEERS = ("stock", "served")
PARTS = (*WARM, "pair", *PEERS, "million")
TITLES = {
    "click": N_("A click"),
    "alone": N_("One case a leg"),
    "batch": N_("Backlog, up to 50 a leg"),
    "pair": N_("Backlog, two workers"),
    "storm": N_("A click while timers fall due"),
    "stock": N_("Prefect's process worker, asking every second"),
    "served": N_("Prefect's serve(), asking every second"),
    "empty": N_("A click, empty"),
    "full": N_("A click, with waiting cases and timers"),
}
LABELS = {
    "body": N_("to the body, ms"),
    "whole": N_("to the end, ms"),
    "per_second": N_("a second"),
    "cpu_ms_worker": N_("worker, ms each"),
    "cpu_ms_server": N_("Prefect, ms each"),
    "cpu_ms_postgres": N_("PostgreSQL, ms each"),
}


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: names of PARTS joined by commas. Raises Trouble."""
    wanted = [part for part in only.replace(" ", "").split(",") if part] or list(PARTS)
    if strange := sorted(set(wanted) - set(PARTS)):
        raise Trouble(
            _("There is no part %(name)s. There are: %(known)s") % {"name": strange[0], "known": ", ".join(PARTS)}
        )
    found = measure(QUICK if quick else Numbers(), wanted)
    print(as_json(found) if json else told(found))


def measure(numbers: Numbers, wanted: Collection[str]) -> Figures:
    """{"bench", "machine", "parts": {name: figures}, "ratios"}; times are Spread."""
    before = machine()
    found: Figures = {}
    with Scratch() as lab:
        runs = Runs(lab, numbers)
        runs.prepare()
        lab.start_prefect()
        with lab.workers() as alone:
            runs.warm_up()
            found |= {name: _warm(runs, name, alone) for name in WARM if name in wanted}
        if "pair" in wanted:
            _say("pair")
            with lab.workers(2) as two:
                runs.warm_up()
                found["pair"] = runs.burst(numbers.batch, two, alone=False)
        found |= {name: _peer(runs, name) for name in PEERS if name in wanted}
        if "million" in wanted:
            _say("million")
            with lab.workers() as alone:
                runs.warm_up()
                found["million"] = runs.million(alone)
    load = {"load_before": before["load"], "load_after": machine()["load"]}
    return {"bench": "legs", "machine": before | load, "parts": rounded(found), "ratios": rounded(ratios(found))}


def _warm(runs: Runs, name: str, workers: list[Child]) -> Figures:
    _say(name)
    if name == "click":
        return runs.click()
    if name == "storm":
        return runs.storm()
    if name == "idle":
        return runs.idle(workers)
    return runs.burst(runs.n.alone if name == "alone" else runs.n.batch, workers, alone=name == "alone")


def _peer(runs: Runs, name: str) -> Figures:
    _say(name)
    return runs.peer(name)


def _say(name: str) -> None:
    """Minutes pass: what is under way, beside the result."""
    print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)


def ratios(found: Figures) -> dict[str, float]:
    """How many times better than what it is compared with; only what was measured in this run."""
    made: dict[str, float] = {}
    for peer in PEERS:
        if peer in found and "click" in found:
            made[f"latency_{peer}"] = found[peer]["body"].median / found["click"]["body"].median
        if peer in found and "alone" in found:
            made[f"legs_{peer}"] = found["alone"]["per_second"] / found[peer]["per_second"]
        if peer in found and "batch" in found:
            made[f"batch_{peer}"] = found["batch"]["per_second"] / found[peer]["per_second"]
    if "million" in found:
        made["full_to_empty"] = found["million"]["full"]["body"].median / found["million"]["empty"]["body"].median
    return made


# ------------------------------------------------------------------------------------------------ for people
def told(found: Figures) -> str:
    """The table, and below it what does not fit into columns."""
    parts: Figures = dict(found["parts"])
    million = parts.pop("million", {})
    rows = parts | {name: million[name] for name in ("empty", "full") if name in million}
    lines = [_row(name, figures) for name, figures in rows.items() if name in TITLES]
    text = [_machine(found["machine"]), "", table(["", *(_(label) for label in LABELS.values())], lines), ""]
    text.append(_("Times are median / 90 % / worst, from the moment the click's commit returned."))
    if "storm" in parts:
        facts = {"timers": parts["storm"]["timers"], "rate": f"{parts['storm']['timers_per_second']:.0f}"}
        text.append(_("%(timers)s timers fell due; meanwhile %(rate)s of them were carried a second.") % facts)
    idle = {"": parts.get("idle"), "empty": million.get("empty"), "full": million.get("full")}
    text += [_idle(name, figures) for name, figures in idle.items() if figures]
    if million:
        facts = {"cases": f"{million['cases']:,}", "claim": ms(million["claim"]), "sweep": ms(million["sweep"])}
        text.append(
            _("With %(cases)s waiting: an empty claim takes %(claim)s ms, the sweeper's look %(sweep)s ms.") % facts
        )
    text += [f"{name}: × {value:.2f}" for name, value in found["ratios"].items()]
    return "\n".join(text)


def _row(name: str, figures: Figures) -> list[str]:
    cells = [_(TITLES[name])]
    for key in LABELS:
        value: Any = figures.get(key)
        cells.append(ms(value) if key in ("body", "whole") else "–" if value is None else f"{value:,.1f}")
    return cells


def _machine(facts: Figures) -> str:
    return _("%(cores)s cores, %(memory)s GiB, Python %(python)s; load before %(before)s, after %(after)s") % {
        "cores": facts["cores"],
        "memory": facts["memory_gib"],
        "python": facts["python"],
        "before": facts["load_before"],
        "after": facts["load_after"],
    }


def _idle(name: str, figures: Figures) -> str:
    facts = {who: f"{figures[f'idle_{who}']:.1f}" for who in ("worker", "server", "postgres")}
    title = f"{_(TITLES[name])}: " if name else ""
    words = _("Idle, per cent of a core: worker %(worker)s, Prefect %(server)s, PostgreSQL %(postgres)s.") % facts
    return title + words
