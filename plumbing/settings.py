"""Every setting of the product, with its unit, its default and what it is for.

Settings come from the environment (names are the field names in capitals) or, for `desk up`, are
filled in by the command itself. They are read at the doors (desk.py, worker.py, the application
factories) and handed down; nothing here is read at import, and no secret has a default.
"""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Literal["debug", "info", "warning", "error"]
DRIVER = "postgresql+psycopg://"


class DatabaseSettings(BaseSettings):
    """Where the records live."""

    database_url: str = Field(
        description="PostgreSQL to use, `postgresql://user:password@host:port/name`; "
        "`desk up` starts one of its own when this is not set.",
    )
    database_pool_size: int = Field(
        default=8, ge=1, le=100, description="Connections each process keeps open (count)."
    )

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str) -> str:
        for prefix in ("postgresql://", "postgres://"):
            if url.startswith(prefix):
                return DRIVER + url.removeprefix(prefix)
        if not url.startswith(DRIVER):
            raise ValueError("must start with postgresql:// or postgresql+psycopg://")
        return url


class TemporalSettings(BaseSettings):
    """Where the workflows run."""

    temporal_address: str = Field(
        description="Temporal frontend, `host:port`; `desk up` starts a server of its own when this is not set.",
    )
    temporal_namespace: str = Field(default="default", description="Temporal namespace that holds the cases.")
    temporal_tls: bool = Field(default=False, description="Speak TLS to the Temporal frontend (yes/no).")
    temporal_api_key: SecretStr | None = Field(
        default=None, description="API key for the Temporal frontend (Temporal Cloud); needs TLS."
    )
    worker_deployment: str | None = Field(
        default=None,
        description="Worker deployment name; set together with WORKER_BUILD_ID it switches worker versioning on "
        "(cases then move to the current build), unset the worker is unversioned.",
    )
    worker_build_id: str | None = Field(
        default=None, description="Build id of this worker; only with WORKER_DEPLOYMENT."
    )

    worker_cached_cases: int = Field(
        default=2000, ge=1,
        description="Open cases a worker keeps in memory (count); the others are replayed when something happens to "
        "them. One costs some hundred kilobytes.",
    )  # fmt: skip
    worker_cases_at_once: int = Field(
        default=20, ge=2,
        description="Cases a worker takes on at a time (count): after an outage all of them want to think, and one "
        "that waits in the worker too long for its turn is timed out and begun anew, while in the server's queue it "
        "may wait.",
    )  # fmt: skip
    worker_acts_at_once: int = Field(
        default=100, ge=1, description="Acts a worker does at once: writing, telling, looking up (count)."
    )

    @model_validator(mode="after")
    def _version_whole(self) -> Self:
        if (self.worker_deployment is None) != (self.worker_build_id is None):
            raise ValueError("WORKER_DEPLOYMENT and WORKER_BUILD_ID are set together or not at all")
        return self


class SecretSettings(BaseSettings):
    """Files that hold keys; only their places are settings, never the keys themselves."""

    key_file: Path = Field(description="SQLite file with the wrapped data key of each case (path).")
    master_key_file: Path = Field(
        description="File with the 32-byte master key, base64; it wraps every case's key (path)."
    )
    session_secret_file: Path = Field(
        description="File with the secret that signs sessions and customer links (path)."
    )


class MailSettings(BaseSettings):
    """How notices leave, and the local mailbox that catches them in `desk up`."""

    smtp_host: str = Field(default="127.0.0.1", description="Mail server to hand notices to (host name).")
    smtp_port: int = Field(default=1025, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str | None = Field(default=None, description="User name at the mail server, if it wants one.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server.")
    smtp_starttls: bool = Field(default=False, description="Demand STARTTLS of the mail server (yes/no).")
    smtp_timeout: float = Field(
        default=20.0, gt=0, description="How long to wait for the mail server (seconds)."
    )
    mail_from: str = Field(
        default="complaints@example.com", description="Sender address of every notice, also for bounces."
    )
    mailbox_dir: Path | None = Field(
        default=None,
        description="Folder in which the local mailbox keeps what it caught (path); `desk mailbox`.",
    )
    mailbox_host: str = Field(
        default="127.0.0.1", description="Address the local mailbox listens on, mail and page alike (host)."
    )
    mailbox_port: int = Field(default=8025, ge=1, le=65535, description="Port of the local mailbox's page.")
    mailbox_url: str | None = Field(
        default=None, description="Where staff can read the local mailbox (address); only embedded."
    )


class CompanySettings(BaseSettings):
    """The company's order, logistics and service records."""

    company_url: str | None = Field(
        default=None,
        description="Base address of the server that knows orders, deliveries and services; "
        "without it look-ups answer that no such server is set.",
    )
    company_timeout: float = Field(
        default=10.0, gt=0, description="How long to wait for one look-up (seconds)."
    )
    company_host: str = Field(
        default="127.0.0.1", description="Address the demo company server listens on (host); `desk company`."
    )
    company_port: int = Field(
        default=8090, ge=1, le=65535, description="Port of the demo company server; `desk company`."
    )


class DoorSettings(BaseSettings):
    """Where people and other programs come in."""

    public_url: str = Field(
        default="http://localhost:8000",
        description="Base address written into notices and links, as customers and staff reach it.",
    )
    temporal_ui_url: str = Field(
        default="http://localhost:8233",
        description="Address of the Temporal Web UI as the browser reaches it; also the one origin the codec "
        "server answers.",
    )
    temporal_ui_upstream: str | None = Field(
        default=None,
        description="Address of the Temporal Web UI as the codec server reaches it, where that is another one.",
    )
    codec_url: str = Field(
        default="http://localhost:8081", description="Address of the codec server as the browser reaches it."
    )
    api_host: str = Field(default="127.0.0.1", description="Address the API listens on (host).")
    api_port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    codec_host: str = Field(default="127.0.0.1", description="Address the codec server listens on (host).")
    codec_port: int = Field(default=8081, ge=1, le=65535, description="Port of the codec server.")
    metrics_host: str = Field(
        default="127.0.0.1", description="Address the worker's metrics are served on (host)."
    )
    metrics_port: int = Field(default=9464, ge=1, le=65535, description="Port of the worker's metrics.")


class Settings(
    DatabaseSettings, TemporalSettings, SecretSettings, MailSettings, CompanySettings, DoorSettings
):
    """All settings of one process; `Settings()` reads them from the environment."""

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    default_policy: str = Field(default="sop", description="Policy for arrivals that name none (policy key).")
    staffed_policies: str = Field(
        default="", description="Policies whose departments get accounts at the first start [the default policy's]."
    )
    reconcile_seconds: float = Field(
        default=300.0, ge=5, description="How often the API compares cases, workflows and receipts (seconds)."
    )
    demo_policy: bool = Field(
        default=False,
        description="Offer the policy `demo` too, an hour in two seconds (yes/no); `desk demo` sets it.",
    )
    log_level: LogLevel = Field(default="info", description="Least severity that is logged.")

    @property
    def staffed(self) -> tuple[str, ...]:
        """The keys of the policies whose departments are staffed."""
        named = (each.strip() for each in self.staffed_policies.split(","))
        return tuple(each for each in named if each) or (self.default_policy,)

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The settings of this process: what is given here, else the environment, else the default."""
        return cls(**given)

    def as_environment(self) -> dict[str, str]:
        """The same settings as variables for a child process; a child reads them with `read()`."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name.upper(): _as_text(value) for name, value in values.items() if value is not None}


def _as_text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)
