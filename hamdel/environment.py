"""Every `HAMDEL_*` setting: its name, what it means, its default. `docs/reference/settings.md` is made from this."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Variable:
    """One setting read from the environment."""

    name: str
    default: str
    meaning: str


VARIABLES = {
    variable.name: variable
    for variable in (
        Variable("HAMDEL_HOME", "~/.hamdel", "Folder of all data: databases, secrets, files."),
        Variable("HAMDEL_HOST", "127.0.0.1", "Address that `hamdel serve` listens on."),
        Variable("HAMDEL_PORT", "8000", "Port that `hamdel serve` listens on; PORT is read as well."),
        Variable("HAMDEL_URL", "", "Address people reach this server by, such as https://cx.example.ir."),
        Variable("HAMDEL_HOSTS", "*", "Host names answered to, separated by commas."),
        Variable("HAMDEL_POSTGRES_URL", "", "PostgreSQL of the product's own role; empty means embedded."),
        Variable(
            "HAMDEL_POSTGRES_OWNER_URL", "", "PostgreSQL of the role that owns the tables (migrations)."
        ),
        Variable(
            "HAMDEL_CLICKHOUSE_URL", "", "ClickHouse over HTTP(S); empty means chDB inside the process."
        ),
        Variable("HAMDEL_SECRET_KEY", "", "Signing key; empty means one is made and kept in HAMDEL_HOME."),
        Variable(
            "HAMDEL_SEALING_KEYS",
            "",
            "Keys of sealed secrets, newest first; empty means kept in HAMDEL_HOME.",
        ),
        Variable("HAMDEL_TRUSTED_PROXIES", "0", "How many reverse proxies stand in front of Hamdel."),
        Variable("HAMDEL_DEBUG", "", "Any value shows details of errors; never set it on a public server."),
        Variable(
            "HAMDEL_METRICS_TOKEN", "", "Bearer token of /metrics; empty means only this machine may read."
        ),
        Variable("HAMDEL_WEB_THREADS", "8", "Threads that render pages."),
        Variable(
            "HAMDEL_DOORS",
            "",
            "Processes at the port of `hamdel serve`; empty means one for each processor, four at most. 0 means that one"
            " process does everything, with the least memory.",
        ),
        Variable(
            "HAMDEL_API_PER_MINUTE",
            "3000",
            "Calls of the API one token may make in a minute, at each process that renders pages; 0 means no limit.",
        ),
        Variable("HAMDEL_EMAIL_URL", "", "Mail server, such as smtp://user:password@host:587."),
        Variable(
            "HAMDEL_PRIVATE_TARGETS",
            "",
            "Private hosts and networks that gateways and webhooks may lie in, such as 10.0.0.0/8,pbx.local.",
        ),
        Variable("HAMDEL_SHARED_DATA", "", "Folder of real data sets for tests and benchmarks only."),
    )
}


def value(name: str) -> str:
    """Return the setting `name`. A name that is not listed above is a mistake of ours: KeyError."""
    return os.environ.get(name) or VARIABLES[name].default


def port() -> int:
    """Return the port that `hamdel serve` listens on."""
    return int(os.environ.get("PORT") or value("HAMDEL_PORT"))


def home() -> Path:
    """Return the data folder, made if missing, readable by its owner only."""
    folder = Path(value("HAMDEL_HOME")).expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def kept_secret(name: str) -> str:
    """Return a secret that is made once and kept in the data folder, mode 0600."""
    folder = home() / "secrets"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / name
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text()
    with os.fdopen(descriptor, "w") as stream:
        secret = secrets.token_urlsafe(48)
        stream.write(secret)
    return secret


def warn_of_unknown() -> None:
    """Say which HAMDEL_ variables mean nothing, since a misspelt one would be ignored in silence."""
    for name in sorted(os.environ):
        if name.startswith("HAMDEL_") and name not in VARIABLES:
            print(
                f"warning: {name} is not a setting of Hamdel; see docs/reference/settings.md", file=sys.stderr
            )


def reference() -> str:
    """Return `docs/reference/settings.md`; write it with `python -m hamdel.environment`."""
    rows = [f"| `{v.name}` | {v.default or '–'} | {v.meaning} |" for v in VARIABLES.values()]
    head = [
        "# Settings",
        "",
        "Hamdel reads these variables from its environment. An unknown `HAMDEL_…` variable is a warning at start.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    return "\n".join([*head, *rows, ""])


if __name__ == "__main__":
    Path("docs/reference/settings.md").write_text(reference())
