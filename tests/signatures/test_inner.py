"""From a sealed copy back to the file it was made from."""

import hashlib
import io

import pytest

from documents.issue import render
from documents.sample import sample
from signatures import inner, seal
from signatures.verdict import Unusable
from tests.signatures.test_pades import note, updated
from tests.signatures.test_seal import seal_of
from tests.signatures.world import World, now


@pytest.fixture(scope="module")
def paper() -> bytes:
    return render("guide", sample("guide", "company")).pdf


def below(pdf: bytes) -> tuple[str, ...]:
    return inner.sums(io.BytesIO(pdf))


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
@pytest.mark.parametrize("stamped", [True, False])
def test_a_sealed_copy_leads_to_the_bytes_it_was_made_from(
    rsa: World, paper: bytes, ending: bytes, stamped: bool
) -> None:
    file = paper + ending
    assert hashlib.sha256(file).hexdigest() in below(seal.pades(file, seal_of(rsa), now(), stamped=stamped))


def test_what_was_changed_before_sealing_does_not_lead_to_the_paper(rsa: World, paper: bytes) -> None:
    sealed = seal.pades(updated(paper, note), seal_of(rsa), now(), stamped=False)
    assert below(sealed)
    assert hashlib.sha256(paper).hexdigest() not in below(sealed)


def test_what_was_added_after_sealing_leads_nowhere(rsa: World, paper: bytes) -> None:
    sealed = seal.pades(paper, seal_of(rsa), now(), stamped=False)
    assert below(updated(sealed, note)) == ()
    assert below(seal.pades(sealed, seal_of(rsa, "second"), now())) == ()


def test_without_a_signature_there_is_nothing_below(paper: bytes) -> None:
    assert below(paper) == ()
    with pytest.raises(Unusable):
        below(b"no pdf at all")
