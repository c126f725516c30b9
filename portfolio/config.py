"""The environment, read once and strictly: a wrong value stops the start and says why."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "portfolio" / "dossier" / "fonts"

PDF_ENGINES = ("typst", "pdfkit")
MAIL_SCHEMES = ("console", "smtp", "smtps")
SECRETS = ("PORTFOLIO_SECRET_KEY", "PORTFOLIO_SEAL_KEY", "PORTFOLIO_FIELD_KEYS")
MINIMUM_SECRET_LENGTH = 32
FIELD_KEY_BYTES = 32


class ConfigurationError(Exception):
    """A value in the environment cannot be used; the message names the variable and the remedy."""


@dataclass(frozen=True)
class Config:
    """Everything the service takes from its surroundings. One attribute per variable of docs/configuration.md."""

    var: Path
    database_url: str
    storage_url: str
    public_url: str
    host: str
    port: int
    secret_key: str = field(repr=False)
    seal_key: str = field(repr=False)
    field_keys: tuple[str, ...] = field(repr=False)
    mail_url: str = field(repr=False)
    mail_from: str = "EnT Portfolio <no-reply@localhost>"
    pdf_engine: str = "typst"
    max_upload_bytes: int = 1024 * 1024 * 1024
    sample_data: bool = True
    development_secrets: bool = False
    testing: bool = False
    lookup: bool = False
    doi_url: str = "https://doi.org"
    orcid_url: str = "https://pub.orcid.org"

    @property
    def public_host(self) -> str:
        """Host and port of the public address: the only Host header that is answered."""
        return urlsplit(self.public_url).netloc

    @property
    def trusted_hosts(self) -> list[str]:
        """Hosts that may stand in a request; loopback names are added where only this machine is served."""
        host = urlsplit(self.public_url).hostname or ""
        hosts = [f"[{host}]" if ":" in host else host]
        if self.serves_loopback_only:
            hosts += ["127.0.0.1", "localhost", "[::1]"]
        return list(dict.fromkeys(hosts))

    @property
    def serves_loopback_only(self) -> bool:
        """True where nobody but this machine can reach the service."""
        return self.host in ("127.0.0.1", "localhost", "::1")

    @property
    def is_sqlite(self) -> bool:
        """True for the embedded database."""
        return self.database_url.startswith("sqlite")


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Read and check the whole environment.

    Raises ConfigurationError naming the first variable that cannot be used.
    """
    env = os.environ if environ is None else environ
    var = Path(env.get("PORTFOLIO_VAR", str(ROOT / "var"))).absolute()
    host = env.get("HOST", "127.0.0.1")
    port = _whole_number(env, "PORT", default=8000, least=0, most=65535)
    # Port 0 takes a free one, which nobody can know beforehand: then links name none.
    here = f"http://127.0.0.1:{port}" if port else "http://127.0.0.1"
    public_url = env.get("PORTFOLIO_PUBLIC_URL", here).rstrip("/")
    parts = urlsplit(public_url)
    plain = not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not _has_host(parts) or not plain:
        raise ConfigurationError(f"PORTFOLIO_PUBLIC_URL must be a full http(s) address, not {public_url!r}")

    generated = not all(env.get(name) for name in SECRETS)
    secret_key = env.get("PORTFOLIO_SECRET_KEY") or _kept_secret(var / "secret-key")
    seal_key = env.get("PORTFOLIO_SEAL_KEY") or _kept_secret(var / "seal-key")
    for name, value in (("PORTFOLIO_SECRET_KEY", secret_key), ("PORTFOLIO_SEAL_KEY", seal_key)):
        if len(value) < MINIMUM_SECRET_LENGTH:
            raise ConfigurationError(f"{name} must have at least {MINIMUM_SECRET_LENGTH} characters")
    field_keys = _field_keys(env.get("PORTFOLIO_FIELD_KEYS") or _kept_secret(var / "field-key", _new_field_key))

    config = Config(
        var=var,
        database_url=_database_url(env.get("PORTFOLIO_DATABASE_URL", f"sqlite:///{var / 'portfolio.db'}")),
        storage_url=env.get("PORTFOLIO_STORAGE_URL", (var / "storage").as_uri()),
        public_url=public_url,
        host=host,
        port=port,
        secret_key=secret_key,
        seal_key=seal_key,
        field_keys=field_keys,
        mail_url=_mail_url(env.get("PORTFOLIO_MAIL_URL", "console:")),
        mail_from=_mail_from(env.get("PORTFOLIO_MAIL_FROM", "EnT Portfolio <no-reply@localhost>")),
        pdf_engine=_choice(env, "PORTFOLIO_PDF_ENGINE", "typst", PDF_ENGINES),
        max_upload_bytes=_whole_number(env, "PORTFOLIO_MAX_UPLOAD_MB", default=1024, least=1, most=1024) * 1024 * 1024,
        sample_data=_choice(env, "PORTFOLIO_SAMPLE_DATA", "yes", ("yes", "no")) == "yes",
        development_secrets=generated,
        testing=_choice(env, "PORTFOLIO_TESTING", "no", ("yes", "no")) == "yes",
        lookup=_choice(env, "PORTFOLIO_LOOKUP", "no", ("yes", "no")) == "yes",
        doi_url=_service_url(env, "PORTFOLIO_DOI_URL", "https://doi.org"),
        orcid_url=_service_url(env, "PORTFOLIO_ORCID_URL", "https://pub.orcid.org"),
    )
    if not config.storage_url.startswith("file:///"):
        raise ConfigurationError("PORTFOLIO_STORAGE_URL must begin with file:/// and name a folder from the root")
    return config


def _whole_number(env: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env.get(name, default)
    if value not in choices:
        raise ConfigurationError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    return value


def _has_host(parts: SplitResult) -> bool:
    try:
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _service_url(env: Mapping[str, str], name: str, default: str) -> str:
    url = env.get(name, default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not _has_host(parts) or parts.query or parts.fragment or parts.username:
        raise ConfigurationError(f"{name} must be a full http(s) address, not {url!r}")
    return url


def _mail_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in MAIL_SCHEMES or (parts.scheme != "console" and not _has_host(parts)):
        raise ConfigurationError(
            "PORTFOLIO_MAIL_URL must be console: or smtp://user:password@host:port or smtps://user:password@host:port"
        )
    return url


def _mail_from(sender: str) -> str:
    address = parseaddr(sender)[1]
    if not sender.isprintable() or address.count("@") != 1 or not all(address.split("@")):
        raise ConfigurationError("PORTFOLIO_MAIL_FROM must be an address such as EnT Portfolio <no-reply@example.org>")
    return sender


def _database_url(url: str) -> str:
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")) or ":memory:" in url or url == "sqlite:///":
        raise ConfigurationError("PORTFOLIO_DATABASE_URL must be sqlite:/// and a file, or postgresql://…")
    return url


def _field_keys(text: str) -> tuple[str, ...]:
    """The keys of sealed values, first the one that seals. Each as `Fernet.generate_key()` makes it."""
    keys = tuple(key.strip() for key in text.split(","))
    for number, key in enumerate(keys, start=1):
        try:
            size = len(base64.b64decode(key, altchars="-_", validate=True))
        except (ValueError, binascii.Error):
            size = 0
        if size != FIELD_KEY_BYTES:
            raise ConfigurationError(f"PORTFOLIO_FIELD_KEYS: key {number} of {len(keys)} is not a Fernet key")
    return keys


def _new_field_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(FIELD_KEY_BYTES)).decode("ascii")


def _new_secret() -> str:
    return secrets.token_urlsafe(48)


def _kept_secret(path: Path, make: Callable[[], str] = _new_secret) -> str:
    """The secret kept in this file, made on first use and readable by its owner alone.

    Written to a temporary name and linked into place, so that two first starts agree on one secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another start was first; its secret is the one that counts
        finally:
            draft.unlink()
    return path.read_text().strip()
