"""Typed settings from LUODI_* variables. Every field is documented in docs/operators/, in both languages (tested)."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEFAULT_SECRET = "development-only-not-a-secret"  # noqa: S105 - refused in production
MINIMUM_SECRET_LENGTH = 32
# A key with fewer different letters was typed, not drawn.
FEWEST_LETTERS = 8
DATABASES = ("sqlite:///", "sqlite://", "postgresql+psycopg://")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class UnsafeSettings(RuntimeError):
    """Production settings that would put the office's records at risk; the message names each one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class SettingsNotUnderstood(ValueError):
    """Settings whose text is none of those that are known; the message names each one and never its value."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What an operator decides; everything an office decides lives in the database (`core.options`)."""

    model_config = SettingsConfigDict(env_prefix="LUODI_", extra="ignore")

    database_url: str = Field(
        "sqlite:///var/luodi.db",
        description="SQLAlchemy URL: `sqlite:///path` or `postgresql+psycopg://user:password@host/name`.",
    )
    data_dir: Path = Field(Path("var"), description="Folder for uploaded files, outside the web root.")
    env: Environment = Field(
        Environment.DEVELOPMENT,
        description="`development` or `production`; production refuses unsafe settings.",
    )
    secret_key: str = Field(
        DEFAULT_SECRET,
        description="Signs cursors and form tokens; at least 32 random characters in production.",
    )
    base_url: str = Field(
        "http://127.0.0.1:8000",
        description="The address people type; links in exports and Origin checks use it.",
    )
    trusted_hosts: Annotated[list[str], NoDecode] = Field(
        default_factory=lambda: ["127.0.0.1", "localhost", "[::1]"],
        description="Host names the server answers to, comma separated; `*` accepts any (refused in production).",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Addresses of proxies whose X-Forwarded-For and -Proto headers are believed, comma separated.",
    )
    timezone: str = Field("Asia/Shanghai", description="The zone in which days are counted.")
    locale: str = Field("zh_CN", description="Language where the visitor has chosen none: `zh_CN` or `en`.")
    session_idle_minutes: int = Field(
        30, ge=5, le=720, description="Signed out after this long without a request."
    )
    session_absolute_hours: int = Field(
        12, ge=1, le=72, description="Signed out after this long in any case."
    )
    totp_required_for: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Roles that must sign in with a one-time code, comma separated: `admin`, `verifier`.",
    )
    db_pool_size: int = Field(20, ge=1, le=200, description="PostgreSQL connections per worker.")
    threads: int = Field(
        0,
        ge=0,
        le=200,
        description="Requests handled at the same time per worker; 0: 8 on SQLite, 16 on PostgreSQL.",
    )
    behind_pgbouncer: bool = Field(
        False, description="Set when PgBouncer pools transactions: no prepared statements."
    )
    worker_in_serve: bool = Field(
        True, description="Run the background jobs inside `luodi serve`; off with `luodi worker`."
    )
    metrics_token: str = Field("", description="Turns `/metrics` on; scrapers send it as a bearer token.")
    log_format: str = Field("console", description="`console` or `json`.")
    log_level: str = Field("INFO", description="Lowest level that is written.")
    keep_sign_in_months: int = Field(
        12, ge=6, le=120, description="How long the log of sign-ins is kept; the law wants six months."
    )
    keep_personal_years: int = Field(
        10, ge=1, le=100, description="How long personal values stand in the history; the events stay."
    )
    max_upload_mb: int = Field(20, ge=1, le=200, description="Largest file a person may upload, in MiB.")

    @field_validator("trusted_hosts", "trusted_proxies", "totp_required_for", mode="before")
    @classmethod
    def split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("database_url")
    @classmethod
    def known_database(cls, value: str) -> str:
        if not value.startswith(DATABASES):
            raise ValueError("must be sqlite:///path or postgresql+psycopg://user:password@host/name")
        return value

    @field_validator("base_url")
    @classmethod
    def whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a whole address such as https://zs.example.gov.cn")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def known_networks(cls, value: list[str]) -> list[str]:
        for proxy in value:
            try:
                ip_network(proxy, strict=False)
            except ValueError:
                raise ValueError(f"{proxy} is neither an address nor a network") from None
        return value

    @field_validator("timezone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value} is no time zone; China's is Asia/Shanghai") from None
        return value

    @field_validator("log_format")
    @classmethod
    def known_format(cls, value: str) -> str:
        if value not in ("console", "json"):
            raise ValueError("must be console or json")
        return value

    @field_validator("locale")
    @classmethod
    def known_locale(cls, value: str) -> str:
        if value not in ("zh_CN", "en"):
            raise ValueError("must be zh_CN or en")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def production(self) -> bool:
        return self.env is Environment.PRODUCTION

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    def problems(self) -> list[str]:
        """Name every setting that production refuses; empty in development."""
        if not self.production:
            return []
        found = []
        if self.secret_key == DEFAULT_SECRET or len(self.secret_key) < MINIMUM_SECRET_LENGTH:
            found.append("LUODI_SECRET_KEY: set at least 32 random characters")
        elif len(set(self.secret_key)) < FEWEST_LETTERS:
            found.append("LUODI_SECRET_KEY: draw it at random, for example with openssl rand -hex 32")
        if not self.https and not self.trusted_proxies:
            found.append("LUODI_BASE_URL: plain http needs LUODI_TRUSTED_PROXIES (a proxy that ends TLS)")
        if any(ip_network(proxy, strict=False).prefixlen == 0 for proxy in self.trusted_proxies):
            found.append("LUODI_TRUSTED_PROXIES: name the proxies; the whole world may not say who asks")
        if "*" in self.trusted_hosts:
            found.append("LUODI_TRUSTED_HOSTS: name the hosts instead of *")
        if self.database_url.startswith("sqlite"):
            found += _unsafe_sqlite(self.database_url)
        return found

    @property
    def requests_at_once(self) -> int:
        """Return how many requests a worker handles at the same time.

        SQLite computes in the worker itself: more threads than that only take turns, and each keeps memory.
        PostgreSQL is waited for.
        """
        return self.threads or (8 if self.database_url.startswith("sqlite") else 16)

    def refuse_unsafe(self) -> None:
        """Raises UnsafeSettings when production would run with an unsafe setting."""
        if found := self.problems():
            raise UnsafeSettings(found)


def _unsafe_sqlite(url: str) -> list[str]:
    """Name what would lose or tear the records of a SQLite database, in words; empty when nothing would."""
    path, _, parameters = url.removeprefix("sqlite:").removeprefix("//").removeprefix("/").partition("?")
    if not path or ":memory:" in path or "mode=memory" in parameters:
        return ["LUODI_DATABASE_URL: an in-memory database loses everything at the next start"]
    if parameters or path.startswith("file:"):
        return ["LUODI_DATABASE_URL: name the file alone; parameters can switch SQLite's locks off"]
    return []


@lru_cache
def get_settings() -> Settings:
    """Read the environment, once. Raises SettingsNotUnderstood."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsNotUnderstood(
            [
                f"LUODI_{str(detail['loc'][0]).upper()}: {detail['msg'].removeprefix('Value error, ')}"
                for detail in error.errors(include_input=False)
            ]
        ) from None
