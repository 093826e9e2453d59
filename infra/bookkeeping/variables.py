"""The table of settings in docs/operations.md: every field of infra/settings.py with its default and meaning. Prints no secret."""

import sys
from pathlib import Path

from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from infra.bookkeeping.pages import code, table
from infra.settings import DEFAULT_SECRET, Settings

BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"
MEANINGS = {
    "home": "folder of the installation: embedded database, objects, logs, keys made for development, mailbox",
    "port": "of the site; under `feeder up` the next three are Prefect, the mailbox (SMTP) and the sandbox bank",
    "host": "address the site listens on; everything else listens on 127.0.0.1",
    "mode": "`development` or `production`; the latter refuses development secrets and twins",
    "profile": "name of a file in `infra/profiles/`: requisites, branches, number prefix, schedule of payments",
    "time_zone": "time zone of screens, letters and days where no branch has its own",
    "public_url": "address by which people reach the site; stands in letters, QR codes and what the bank is told. Empty: http://127.0.0.1:port",
    "database_url": "PostgreSQL; empty: the embedded server in the home folder",
    "prefect_api_url": "an outside Prefect server; empty: the one of `feeder up`",
    "prefect_database_url": "database of the Prefect server that `feeder up` starts; empty: a database `prefect` beside ours",
    "staff_factor": "staff must sign in with a code of an authenticator besides the password; off: whoever wants may",
    "secret_key": "signs the forms of public pages; at least 32 characters in production",
    "vault_keys": "Fernet keys of the vault of passport data, comma-separated, the newest first; empty: made once as `vault.key` in the home folder",
    "seal_file": "PKCS#12 with the RSA key and certificate of the utility's seal; empty: a demonstration seal made once in the home folder",
    "seal_password": "of that file",
    "s3_bucket": "bucket of the papers; empty: the folder `objects` in the home folder",
    "s3_endpoint": "address of the S3 service; empty: the one of the library",
    "s3_region": "region of the bucket",
    "s3_access_key": "empty: the library's own ways of finding credentials",
    "s3_secret_key": "empty: likewise",
    "smtp_host": "mail server; empty: the mailbox of the home folder",
    "smtp_port": "0: 587 with STARTTLS, 25 without",
    "smtp_user": "empty: no sign-in at the mail server",
    "smtp_password": "of that user",
    "smtp_starttls": "ask for TLS before anything else; the server's certificate is checked",
    "mail_from": "sender of the letters; empty: noreply in the domain of the profile's e-mail",
    "bank_url": "address of the acquirer's gateway; empty: the sandbox bank",
    "bank_user": "user of the gateway",
    "bank_password": "of that user",
    "bank_secret": "secret of the checksums of call-backs",
    "workers": "worker processes that `feeder up` starts",
    "threads": "legs carried at the same time by one worker; one thread serves only what a person waits for",
    "lease": "seconds a worker may be silent before its rows are taken over",
    "max_tries": "failures of one row before it is set aside for a person",
    "prefect_patience": "seconds without Prefect before legs go on without it",
}


def main() -> str:
    """One row a setting; 'needed' means that production refuses to start without it."""
    needed = set(Settings(mode="production", home=Path("."), database_url="").check_production())  # type: ignore[arg-type]
    return table(
        ("variable", "default", "in production", "meaning"),
        (_line(name, field, needed) for name, field in Settings.model_fields.items()),
    )


def into(text: str) -> str:
    """docs/operations.md with the table between its marks renewed. ValueError: the marks are missing."""
    before, found, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (found and closed):
        raise ValueError(f"{BEGIN} … {END} is not there")
    return f"{before}{BEGIN}\n{main()}\n{END}{after}"


def variable(name: str, field: FieldInfo) -> str:
    """The name people set: the customary one where there is one."""
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"FEEDER_{name.upper()}"


def _line(name: str, field: FieldInfo, needed: set[str]) -> tuple[str, str, str, str]:
    said = variable(name, field)
    default = "" if field.default == DEFAULT_SECRET else str(field.default)
    return code(said), code(default) or "empty", "needed" if said in needed else "", MEANINGS[name]


if __name__ == "__main__":
    sys.stdout.write(main() + "\n")
