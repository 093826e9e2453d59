"""WebAuthn: what a device is asked and whether its answer is good. An answer that cannot be read is a wrong one; nothing is
believed before its signature was checked against the challenge, the site and the key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)


@dataclass(frozen=True)
class Place:
    """Where the key belongs: the domain, the address of the site with its scheme and port, the name people read."""

    domain: str
    origin: str
    name: str = ""


@dataclass(frozen=True)
class Key:
    credential: str  # base64url
    public_key: bytes
    count: int


def to_add(place: Place, user_id: int, login: str, name: str, known: Sequence[str]) -> tuple[str, bytes]:
    """(options as JSON, challenge). A device that holds a known key refuses to make another one."""
    made = webauthn.generate_registration_options(
        rp_id=place.domain,
        rp_name=place.name,
        user_id=f"feeder-{user_id}".encode(),
        user_name=login,
        user_display_name=name,
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return webauthn.options_to_json(made), made.challenge


def added(place: Place, answer: str, challenge: bytes) -> Key:
    """Raises ValueError."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.domain,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise ValueError(str(error)) from error
    return Key(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)


def to_prove(place: Place, known: Sequence[str]) -> tuple[str, bytes]:
    """(options as JSON, challenge). Without known keys the device offers whatever it has for this site."""
    made = webauthn.generate_authentication_options(
        rp_id=place.domain,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(made), made.challenge


def credential_of(answer: str) -> str:
    """Which key answers; nothing is proved yet. Raises ValueError."""
    told: Any = json.loads(answer)
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise ValueError("not an answer of a key")
    return str(told["id"])


def proved(place: Place, answer: str, challenge: bytes, key: Key) -> int:
    """How often the device says that it was used: more than it said before, or zero always. Raises ValueError."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.domain,
            expected_origin=place.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise ValueError(str(error)) from error
    return found.new_sign_count


def _described(known: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential)) for credential in known]
