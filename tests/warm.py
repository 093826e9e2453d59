"""What a fresh clone has yet to compile is divided among the processes of a run: each takes a share, then finds that of the others.

Changes nothing but the order in which modules are read for the first time; without compiled modules to keep, does nothing."""

import importlib
import os
import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

LARGE = (("sqlmodel", "openpyxl", "schemathesis"), ("streamlit", "docx", "icalendar"), ("prefect", "playwright.sync_api", "pyhanko"))  # fmt: skip
NUMBER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw"))
COUNT = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
ALONE = NUMBER < 0 or sys.dont_write_bytecode


def large_packages() -> None:
    """Every process needs them all; each begins with others."""
    for step in range(len(LARGE) if not ALONE else 0):
        for name in LARGE[(NUMBER + step) % len(LARGE)]:
            importlib.import_module(name)


def own_tests(config: pytest.Config, folder: Path) -> None:
    """As pytest does it when a test module is imported: its asserts are rewritten and the result is kept beside it."""
    for path in sorted(folder.rglob("test_*.py"))[NUMBER::COUNT] if not ALONE else ():
        kept = rewrite.get_cache_dir(path)
        if rewrite.try_makedirs(kept) and rewrite._read_pyc(path, kept / (path.stem + rewrite.PYC_TAIL)) is None:
            source, code = rewrite._rewrite_test(path, config)
            state = config.stash[rewrite.assertstate_key]
            rewrite._write_pyc(state, code, source, kept / (path.stem + rewrite.PYC_TAIL))
