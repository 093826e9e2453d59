"""Keys of the vault of personal data: from the settings, or (development) made once in the home folder."""

import base64
import os
import secrets
from contextlib import suppress
from functools import lru_cache
from importlib import import_module
from typing import Any

from infra.settings import settings


def vault_keys() -> list[str]:
    """Newest first. Two processes that start together agree on one key: the file appears whole or not at all."""
    told = settings()
    if told.vault_keys:
        return [k.strip() for k in told.vault_keys.split(",") if k.strip()]
    path = told.home / "vault.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"vault.key.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
        fresh.chmod(0o600)
        try:
            with suppress(FileExistsError):  # somebody was faster: his key is ours too
                os.link(fresh, path)
        finally:
            fresh.unlink()
    return path.read_text().split()


def words() -> Any:
    """What seals words under the keys of now (models.people.sealing.Words)."""
    return _words(tuple(vault_keys()))


@lru_cache(8)
def _words(keys: tuple[str, ...]) -> Any:
    return import_module("signatures.secrets").Words(list(keys))
