"""`feeder bench signatures` in tiny numbers: every side really verifies, what is asked for wrongly is told."""

import json
from pathlib import Path

import pytest

from infra.bench import signatures
from infra.bench.lab import _openssl
from infra.trouble import Trouble


def test_every_side_is_measured_in_the_same_run(capsys: pytest.CaptureFixture[str]) -> None:
    signatures.main(json=True, quick=True, only="gost,rsa,hash")
    found = json.loads(capsys.readouterr().out)
    assert set(found["parts"]) == set(signatures.TITLES)
    assert set(found["megabytes_per_second"]) == set(signatures.SPEEDS)
    assert found["ratios"]["gost_ours_to_library"] > 0


def test_a_signature_that_does_not_verify_stops_the_measurement(tmp_path: Path) -> None:
    family = _openssl.family(tmp_path / "gost", "gost", signatures.DOCUMENT)
    signature = bytearray((family / "doc.sig").read_bytes())
    signature[-5] ^= 1
    (family / "doc.sig").write_bytes(signature)
    with pytest.raises(RuntimeError, match="does not verify"):
        signatures._verifying("gost", family, 1)


def test_an_unknown_part_is_told() -> None:
    with pytest.raises(Trouble):
        signatures.main(only="dsa")
