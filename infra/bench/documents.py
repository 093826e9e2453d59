"""`feeder bench documents`: technical conditions as .docx and PDF/A, next to docxtpl and LibreOffice where installed. What is
measured, and what not, is told in docs/benchmarks.md."""

import importlib.util
import io
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.bench.lab import load
from infra.bench.lab.meters import Spread, machine, spread
from infra.bench.lab.table import as_json, ms, table
from infra.trouble import Trouble
from infra.wording import N_, _

KIND, WHO = "conditions", "company"
TITLES = {
    "ours": N_("Feeder: .docx and PDF/A"),
    "ours_read": N_("  template to blocks"),
    "ours_docx": N_("  blocks to .docx"),
    "ours_pdf": N_("  blocks to PDF/A"),
    "docxtpl": N_("docxtpl: .docx only, no loops"),
    "libreoffice": N_("LibreOffice: .docx to PDF"),
    "both": N_("docxtpl and LibreOffice together"),
}
_FREE_TEXT = re.compile(r"[А-Яа-яё]{3,} +\S")  # words for people; dates, sums and codes have a form to keep
Figures = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    ours: int = 30
    docxtpl: int = 30
    office: int = 3


QUICK = Numbers(ours=2, docxtpl=2, office=1)


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: ours, docxtpl, libreoffice joined by commas. Raises Trouble."""
    wanted = [part for part in only.replace(" ", "").split(",") if part] or ["ours", "docxtpl", "libreoffice"]
    if strange := sorted(set(wanted) - {"ours", "docxtpl", "libreoffice"}):
        facts = {"name": strange[0], "known": "ours, docxtpl, libreoffice"}
        raise Trouble(_("There is no part %(name)s. There are: %(known)s") % facts)
    found = measure(QUICK if quick else Numbers(), wanted)
    print(as_json(found) if json else told(found))


def measure(numbers: Numbers, wanted: list[str]) -> Figures:
    """{"bench", "machine", "parts": {name: Spread}, "sizes", "absent"}; what is not installed is absent, not guessed."""
    before, absent = machine(), []
    parts: dict[str, Spread] = {}
    data = load("documents.sample:sample")(KIND, WHO)
    if "ours" in wanted:
        parts |= _ours(data, numbers.ours)
    if "docxtpl" in wanted:
        if importlib.util.find_spec("docxtpl"):
            parts["docxtpl"] = _docxtpl(data, numbers.docxtpl)
        else:
            absent.append("docxtpl")
    if "libreoffice" in wanted:
        if program := shutil.which("soffice") or shutil.which("libreoffice"):
            parts["libreoffice"] = _office(program, data, numbers.office)
        else:
            absent.append("libreoffice")
    made = load("documents.issue:render")(KIND, data)
    load_now = {"load_before": before["load"], "load_after": machine()["load"]}
    sizes = {"docx": len(made.docx), "pdf": len(made.pdf)}
    return {"bench": "documents", "machine": before | load_now, "parts": parts, "sizes": sizes, "absent": absent}


def timed(count: int, job: Callable[[int], object]) -> Spread:
    """The first two turns warm up: fonts, templates, code."""
    times = []
    for turn in range(count + 2):
        began = time.perf_counter()
        job(turn)
        times.append(time.perf_counter() - began)
    return spread(times[2:])


def _ours(data: Any, count: int) -> dict[str, Spread]:
    """Every turn another text: the PDF compiler remembers paragraphs that it has set before."""
    render, read = load("documents.issue:render"), load("documents.issue:read")
    docx, pdf = load("documents.word:write"), load("documents.pdf:write")
    whole = [changed(data, f" (вариант {n})") for n in range(count + 2)]
    other = [read(KIND, changed(data, f" (лист {n})")) for n in range(count + 2)]
    return {
        "ours": timed(count, lambda n: render(KIND, whole[n])),
        "ours_read": timed(count, lambda n: read(KIND, whole[n])),
        "ours_docx": timed(count, lambda n: docx(other[n])),
        "ours_pdf": timed(count, lambda n: pdf(other[n])),
    }


def changed(data: Any, tail: str) -> Any:
    """The same shape with `tail` behind every free text."""
    if isinstance(data, dict):
        return {name: changed(value, tail) for name, value in data.items()}
    if isinstance(data, list):
        return [changed(value, tail) for value in data]
    return data + tail if isinstance(data, str) and _FREE_TEXT.search(data) else data


def _docxtpl(data: Any, count: int) -> Spread:
    """Its template is our own paper with a field in place of every free text: same words, same layout, fewer demands."""
    template, values = fields_of(data)
    made = load("docxtpl:DocxTemplate")

    def fill(turn: int) -> bytes:
        document, out = made(io.BytesIO(template)), io.BytesIO()
        document.render({name: f"{value} (вариант {turn})" for name, value in values.items()}, autoescape=True)
        document.save(out)
        return out.getvalue()

    return timed(count, fill)


def fields_of(data: Any) -> tuple[bytes, dict[str, str]]:
    """Our .docx with {{f0}}, {{f1}} … in it, and what stood there."""
    values: dict[str, str] = {}

    def fielded(found: Any) -> Any:
        if isinstance(found, dict):
            return {name: fielded(value) for name, value in found.items()}
        if isinstance(found, list):
            return [fielded(value) for value in found]
        if isinstance(found, str) and _FREE_TEXT.search(found):
            name = f"f{len(values)}"
            values[name] = found
            return f"{{{{{name}}}}}"
        return found

    return load("documents.issue:render")(KIND, fielded(data)).docx, values


def _office(program: str, data: Any, count: int) -> Spread:
    """A process a paper, as a program without a resident office does it; its profile is made before."""
    docx = load("documents.issue:render")(KIND, data).docx
    with tempfile.TemporaryDirectory(prefix="feeder-bench-") as folder:
        file = Path(folder) / "paper.docx"
        file.write_bytes(docx)
        command = [program, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]

        def convert(turn: int) -> None:
            subprocess.run([*command, "--outdir", folder, str(file)], check=True, capture_output=True, timeout=120)
            (Path(folder) / "paper.pdf").unlink()

        return timed(count, convert)


# ------------------------------------------------------------------------------------------------ for people
def told(found: Figures) -> str:
    parts: dict[str, Spread] = found["parts"]
    rows = [[_(title), ms(parts[name]), str(parts[name].n)] for name, title in TITLES.items() if name in parts]
    if {"docxtpl", "libreoffice"} <= set(parts):
        rows.append([_(TITLES["both"]), f"{parts['docxtpl'].median + parts['libreoffice'].median:,.0f}", ""])
    lines = [table(["", _("median / 90 % / worst, ms"), "n"], rows), ""]
    facts = {name: f"{size / 1024:.0f}" for name, size in found["sizes"].items()}
    lines.append(_(".docx %(docx)s KB, PDF %(pdf)s KB") % facts)
    lines += [_("%(name)s is not installed: not measured") % {"name": name} for name in found["absent"]]
    return "\n".join(lines)
