"""Settings of one installation, from the environment. Never read from anywhere else, never changed while running."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_SECRET = "feeder-development-only"  # noqa: S105 - refused in production
SANDBOX = "sandbox"


class Mode(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Environment: FEEDER_<NAME>, and the customary DATABASE_URL and PREFECT_API_URL."""

    model_config = SettingsConfigDict(env_prefix="FEEDER_", populate_by_name=True, frozen=True)

    home: Path = Path(".data")
    port: Annotated[int, Field(ge=1, le=65000)] = 8000
    host: str = "127.0.0.1"
    mode: Mode = Mode.DEVELOPMENT
    profile: str = "demo"
    time_zone: str = "Europe/Moscow"
    public_url: str = ""

    database_url: Annotated[str, Field(validation_alias=AliasChoices("DATABASE_URL", "FEEDER_DATABASE_URL"))] = ""
    prefect_api_url: Annotated[
        str, Field(validation_alias=AliasChoices("PREFECT_API_URL", "FEEDER_PREFECT_API_URL"))
    ] = ""
    prefect_database_url: str = ""

    staff_factor: bool = False  # staff must have a second factor

    secret_key: str = DEFAULT_SECRET
    vault_keys: str = ""  # comma-separated Fernet keys, newest first; empty: made once in the home folder (development)
    seal_file: str = ""  # PKCS#12 of the utility's seal, or pkcs11:token=…;object=…?module-path=…&certificates=…; empty: a demonstration seal
    seal_password: str = ""  # of the PKCS#12 file, or the PIN of the token

    s3_bucket: str = ""
    s3_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_access_key: str = ""
    s3_secret_key: str = ""

    smtp_host: str = ""
    smtp_port: int = 0
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = False
    mail_from: str = ""  # empty: noreply in the domain of the profile's e-mail

    bank_url: str = ""
    bank_user: str = SANDBOX
    bank_password: str = SANDBOX
    bank_secret: str = SANDBOX

    workers: Annotated[int, Field(ge=1, le=64)] = 2
    threads: Annotated[int, Field(ge=2, le=64)] = 3
    lease: float = 15.0  # seconds a worker may be silent before its rows are taken over
    max_tries: int = 6  # failures of one row before it is set aside for a person
    prefect_patience: float = 120.0  # seconds without Prefect before legs go on without it

    @property
    def prefect_port(self) -> int:
        return self.port + 1

    @property
    def mailbox_port(self) -> int:
        return self.port + 2

    @property
    def bank_port(self) -> int:
        return self.port + 3

    @property
    def prefect_api(self) -> str:
        return self.prefect_api_url or f"http://127.0.0.1:{self.prefect_port}/api"

    @property
    def bank(self) -> str:
        return self.bank_url or f"http://127.0.0.1:{self.bank_port}"

    @property
    def site(self) -> str:
        """Address by which people reach us, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def development(self) -> bool:
        return self.mode is Mode.DEVELOPMENT

    def check_production(self) -> list[str]:
        """What stops this installation from going into production; empty when nothing does."""
        if self.development:
            return []
        wanted = {
            "FEEDER_SECRET_KEY": self.secret_key != DEFAULT_SECRET and len(self.secret_key) >= 32,
            "FEEDER_VAULT_KEYS": bool(self.vault_keys),
            "FEEDER_SEAL_FILE": bool(self.seal_file),
            "DATABASE_URL": bool(self.database_url),
            "FEEDER_SMTP_HOST": bool(self.smtp_host),
            "FEEDER_BANK_URL": bool(self.bank_url),
            "FEEDER_BANK_PASSWORD": self.bank_password != SANDBOX,
            "FEEDER_BANK_SECRET": self.bank_secret != SANDBOX,
            "FEEDER_PUBLIC_URL": self.public_url.startswith("https://"),
        }
        return [name for name, fine in wanted.items() if not fine]


@cache
def settings() -> Settings:
    return Settings()
