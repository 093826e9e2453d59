"""Passwords are kept as Argon2id with the work that OWASP asks for."""

from signatures.secrets import hash_password, verify_password


def test_a_password_costs_its_guesser_19_mib_and_two_passes() -> None:
    kept = hash_password("Береговая-14")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(kept, "Береговая-14")
    assert not verify_password(kept, "Береговая-15")
    assert not verify_password("", "")
