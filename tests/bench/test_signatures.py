"""`feeder bench signatures` in tiny numbers: every side really verifies, what is asked for wrongly is told."""

import asyncio
import json
from pathlib import Path

import pytest

from infra.bench import signatures
from infra.trouble import Trouble


def test_every_side_is_measured_in_the_same_run(capsys: pytest.CaptureFixture[str]) -> None:
    signatures.main(json=True, quick=True, only="gost,rsa,hash")
    found = json.loads(capsys.readouterr().out)
    assert set(found["parts"]) == set(signatures.TITLES)
    assert set(found["megabytes_per_second"]) == set(signatures.SPEEDS)
    assert found["ratios"]["gost_ours_to_library"] > 0


def test_a_signature_that_does_not_verify_stops_the_measurement(tmp_path: Path) -> None:
    family = signatures.family(tmp_path / "gost", "gost")
    signature = bytearray(family.read("doc.sig"))
    signature[-5] ^= 1
    (tmp_path / "gost" / "doc.sig").write_bytes(signature)
    with pytest.raises(RuntimeError, match="does not verify"):
        signatures._verifying("gost", family, 1)


def test_it_measures_inside_a_running_event_loop() -> None:
    async def within() -> None:
        signatures.main(json=True, quick=True, only="rsa")

    asyncio.run(within())


def test_an_unknown_part_is_told() -> None:
    with pytest.raises(Trouble):
        signatures.main(only="dsa")
