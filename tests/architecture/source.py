"""The source as files and trees, for tests that read it."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("flows", "tasks", "dashboard", "documents", "signatures", "infra", "models")
_NOT_OURS = {".git", ".venv", ".data", "__pycache__", "artifacts"}


@cache
def modules(*rooms: str) -> tuple[Path, ...]:
    return tuple(sorted(path for room in rooms or ROOMS for path in (ROOT / room).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def files() -> Iterator[Path]:
    """What the repository holds: as git says, or everything but what is made here."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        found = (ROOT / line for line in listed.stdout.split("\0") if line)
    else:
        found = (p for p in ROOT.rglob("*") if not _NOT_OURS & set(p.relative_to(ROOT).parts))
    yield from (path for path in found if path.is_file())


def texts(node: ast.AST) -> Iterator[str]:
    """Every string that stands in the code, pieces of f-strings included."""
    yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
