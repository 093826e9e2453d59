"""How the code is built: what no reviewer has to look for."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, modules, name, texts, tree

MOVING = ROOT / "models" / "connection" / "moving.py"
DOORS = frozenset((ROOT / "models").glob("*/moving.py"))  # one door for the stages of each process
_HOSTS = ("pypi", "pythonhosted", "npmjs", "yarnpkg", "anaconda", "jsdelivr", "unpkg", "proxy.golang")
_ADDRESS = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, _HOSTS))})\.(?:org|com|net)\b|https?://[^\s\"')]*/simple\b|index-url[ =\"':]+\w+:/",
    re.IGNORECASE,
)
_STAGE_IN_SQL = re.compile(r"update\s+connection\b[^;]*?\bset\b(?:(?!\bwhere\b)[^;])*?\bstage\s*=", re.IGNORECASE)


def test_imports_keep_their_contracts() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    told = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 broken" in told.stdout


# package → where it may be imported. The contracts see what rooms reach; this sees every line that imports.
PLACES = {
    "prefect": ("flows/", "tasks/", "infra/engine/", "infra/up/prefect_app.py", "infra/bench/"),
    "streamlit": ("dashboard/",),
    "fastapi": ("dashboard/",),
    "docx": ("documents/",),
    "typst": ("documents/",),
    "cryptography": ("signatures/",),
    "boto3": ("infra/storage",),
    "botocore": ("infra/storage",),
    "alembic": ("infra/migrations/",),
    "typer": ("infra/cli.py", "infra/proving.py", "infra/keys_command.py"),
}


def imported(node: ast.AST) -> Iterator[str]:
    """First names of the packages that a module imports anywhere in it."""
    for n in ast.walk(node):
        names = [a.name for a in n.names] if isinstance(n, ast.Import) else []
        names += [n.module or ""] if isinstance(n, ast.ImportFrom) and not n.level else []
        yield from (name.partition(".")[0] for name in names)


@cache
def packages(path: Path) -> frozenset[str]:
    return frozenset(imported(tree(path)))


@pytest.mark.parametrize("package", PLACES)
def test_a_framework_is_imported_in_its_place_only(package: str) -> None:
    users = [name(path) for path in modules() if package in packages(path)]
    assert users
    assert not [user for user in users if not user.startswith(PLACES[package])]


def test_no_file_names_the_address_of_a_package_host() -> None:
    guilty = [
        name(path) for path in files() if path != Path(__file__) and _ADDRESS.search(path.read_text("utf-8", "ignore"))
    ]
    assert not guilty


@pytest.mark.parametrize(
    "line", ["--index-url https://host/", "see https://mirror.example/simple", "files." + _HOSTS[1] + ".org"]
)
def test_an_address_would_be_seen(line: str) -> None:
    assert _ADDRESS.search(line)


def test_every_module_says_what_it_is_for() -> None:
    assert not [name(path) for path in modules() if not ast.get_docstring(tree(path))]


def test_rules_flush_and_never_commit() -> None:
    guilty = [
        f"{name(path)}:{node.lineno}"
        for path in modules("models")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("commit", "rollback")
    ]
    assert not guilty


# ------------------------------------------------------------------------------------------------ time
def naive_times(node: ast.AST) -> Iterator[int]:
    """Lines that ask the machine for a time without a zone, or for its own local day."""
    for call in ast.walk(node):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        owner, verb = ast.unparse(call.func.value).rpartition(".")[2], call.func.attr
        bare = owner in ("datetime", "dt") and verb in ("now", "fromtimestamp") and not _zone(call, verb)
        if bare or (owner in ("datetime", "date", "dt") and verb in ("utcnow", "utcfromtimestamp", "today")):
            yield call.lineno


def _zone(call: ast.Call, verb: str) -> bool:
    return len(call.args) > (verb == "fromtimestamp") or any(k.arg == "tz" for k in call.keywords)


def test_no_time_is_without_its_zone() -> None:
    assert not [f"{name(path)}:{line}" for path in modules() for line in naive_times(tree(path))]


@pytest.mark.parametrize(
    ("line", "bad"),
    [("datetime.now()", 1), ("datetime.now(UTC)", 0), ("dt.datetime.now(tz=UTC)", 0), ("datetime.utcnow()", 1),
     ("date.today()", 1), ("datetime.fromtimestamp(3)", 1), ("clock.now()", 0), ("clock.today()", 0)],
)  # fmt: skip
def test_a_naive_time_would_be_seen(line: str, bad: int) -> None:
    assert len(list(naive_times(ast.parse(line)))) == bad


# ------------------------------------------------------------------------------------------------ stages
def stages_set(node: ast.AST) -> Iterator[int]:
    """Lines that give some case a stage: by assignment, by setattr, by SQL."""
    for n in ast.walk(node):
        targets = (
            n.targets
            if isinstance(n, ast.Assign)
            else [n.target]
            if isinstance(n, ast.AugAssign | ast.AnnAssign)
            else []
        )
        if any(isinstance(a, ast.Attribute) and a.attr == "stage" for target in targets for a in ast.walk(target)):
            yield n.lineno
        if isinstance(n, ast.Call) and ast.unparse(n.func) == "setattr" and "stage" in texts(n):
            yield n.lineno
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and _STAGE_IN_SQL.search(n.value):
            yield n.lineno


def test_only_a_move_gives_a_case_its_stage() -> None:
    assert not [f"{name(path)}:{line}" for path in modules() if path not in DOORS for line in stages_set(tree(path))]
    assert [len(list(stages_set(tree(path)))) for path in sorted(DOORS)] == [1] * len(DOORS)


@pytest.mark.parametrize(
    "line",
    ["case.stage = 'X'", "a, case.stage = 1, 'X'", "case.stage: str = 'X'", "setattr(case, 'stage', 'X')",
     "text('update connection set version = 1, stage = :s where id = 1')"],
)  # fmt: skip
def test_a_stage_set_elsewhere_would_be_seen(line: str) -> None:
    assert list(stages_set(ast.parse(line)))


def test_reading_a_stage_is_no_offence() -> None:
    line = "stage = case.stage\ncase.version = 1\ntext('update connection set version = 1 where stage = 2')"
    assert not list(stages_set(ast.parse(line)))
