"""`feeder verify`: JSON for programs and the four exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.signatures.world import DOCUMENT, World

ROOT = Path(__file__).parents[2]


class Desk:
    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        for name in ("roots", "crls"):
            (folder / name).mkdir()
        (folder / "roots" / "root.pem").write_bytes(world.pki.read("root.pem"))
        (folder / "roots" / "centre.pem").write_bytes(world.pki.read("centre.pem"))
        for by in ("root", "centre"):
            (folder / "crls" / f"{by}.crl").write_bytes(world.pki.crl(by))
        (folder / "paper.bin").write_bytes(DOCUMENT)
        (folder / "paper.sig").write_bytes(world.signature())

    def verify(self, *words: str, crls: bool = True) -> tuple[int, dict[str, Any]]:
        more = ["--roots", "roots", *(["--crls", "crls"] if crls else [])]
        done = subprocess.run(
            [sys.executable, "-m", "infra.cli", "verify", *words, *more],
            cwd=self.folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def desk(gost: World, tmp_path: Path) -> Desk:
    return Desk(gost, tmp_path)


def test_the_four_exit_codes(desk: Desk) -> None:
    code, told = desk.verify("paper.bin", "paper.sig")
    assert (code, told["status"]) == (0, "valid")
    assert told["signatures"][0]["signer"] == "Иванов Иван good"
    assert {"code", "name", "outcome", "detail"} == set(told["signatures"][0]["checks"][0])
    (desk.folder / "other.bin").write_bytes(DOCUMENT[1:])
    assert desk.verify("other.bin", "paper.sig")[0] == 1
    assert desk.verify("paper.bin", "paper.sig", crls=False)[0] == 2
    code, told = desk.verify("missing.bin", "paper.sig")
    assert (code, told["reason"]) == (3, "Нет файла missing.bin")
    assert desk.verify("paper.bin")[0] == 3


def test_texts_are_in_the_language_of_the_screen(desk: Desk) -> None:
    _, told = desk.verify("paper.bin", "paper.sig")
    assert told["reason"] == "Подпись подлинная"
    assert not [c["name"] for c in told["signatures"][0]["checks"] if c["name"].isascii()]


def test_the_moment_can_be_chosen(desk: Desk) -> None:
    code, told = desk.verify("paper.bin", "paper.sig", "--at", "2020-01-01T00:00:00+03:00")
    assert (code, told["at"]) == (1, "2019-12-31T21:00:00+00:00")
    assert desk.verify("paper.bin", "paper.sig", "--at", "yesterday")[0] == 3


def test_an_attached_signature_needs_no_document(desk: Desk) -> None:
    (desk.folder / "whole.p7m").write_bytes(desk.world.pki.sign(DOCUMENT, "good", words=("-nodetach",)))
    assert desk.verify("whole.p7m")[0] == 0
