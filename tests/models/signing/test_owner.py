"""Whose certificate it is: the party's own counts, a stranger's does not, an unknown one cannot be told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.people.tables import PersonKind, User
from models.process.actor import Role
from models.signing import providers
from models.signing.owner import judged
from models.signing.tables import Method, Signer


def user(kind: str) -> User:
    return User(
        login="x", role=Role.APPLICANT, kind=kind, name="x", password_hash="", created_at=datetime.now(UTC),
        inn="4712009314" if kind == PersonKind.LEGAL_ENTITY else "", snils="11223344595",
    )  # fmt: skip


FIRM, PERSON = PersonKind.LEGAL_ENTITY, PersonKind.INDIVIDUAL


@pytest.mark.rows("H-13")
@pytest.mark.parametrize(
    ("kind", "certificate", "status"),
    [
        (FIRM, {"inn_legal": "4712009314"}, "valid"),
        (FIRM, {"inn": "004712009314"}, "valid"),
        (FIRM, {"inn_legal": "4712009318"}, "invalid"),
        (FIRM, {"snils": "11223344595"}, "undetermined"),
        (PERSON, {"snils": "11223344595"}, "valid"),
        (PERSON, {"snils": "11223344596"}, "invalid"),
        (PERSON, {}, "undetermined"),
        (PERSON, None, "undetermined"),
    ],
)
def test_a_genuine_signature_counts_only_with_the_certificate_of_the_party(
    kind: str, certificate: dict[str, str] | None, status: str
) -> None:
    verdict: dict[str, Any] = {"status": "valid", "reason": "", "certificate": certificate, "checks": []}
    assert judged(verdict, user(kind))["status"] == status


@pytest.mark.parametrize("status", ["invalid", "undetermined"])
def test_the_right_owner_does_not_mend_a_bad_signature(status: str) -> None:
    verdict = {"status": status, "reason": "why", "certificate": {"inn_legal": "4712009314"}, "checks": []}
    assert judged(verdict, user(FIRM))["status"] == status


def test_what_is_not_connected_is_listed_with_the_reason_and_cannot_be_chosen() -> None:
    signer = Signer(envelope_id=1, seq=1, turn=1, name="x", side="applicant", methods=[Method.CERTIFICATE])
    assert [p.name for p in providers.choosable(signer)] == ["upload"]
    closed = [p for p in providers.offered(signer) if p.closed]
    assert {p.name for p in closed} == {"goskey", "plugin"}
    assert all(p.closed.startswith("Not connected") for p in closed)
