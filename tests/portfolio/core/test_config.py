"""The environment: read once, strictly, with messages that name the variable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from portfolio.config import ROOT, SECRETS, ConfigurationError, load_config

KEY = "k" * 32
FIELD_KEY = "c29tZSBrZXkgdGhhdCBrZWVwcyBub3RoaW5nIHNhZmU="


def load(tmp_path: Path, **variables: str) -> object:
    return load_config({"PORTFOLIO_VAR": str(tmp_path), **variables})


def test_defaults_serve_this_machine_only(tmp_path: Path) -> None:
    config = load_config({"PORTFOLIO_VAR": str(tmp_path)})
    assert config.database_url == f"sqlite:///{tmp_path}/portfolio.db"
    assert config.storage_url == f"file://{tmp_path}/storage"
    assert (config.host, config.port, config.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert config.serves_loopback_only
    assert config.is_sqlite
    assert config.development_secrets
    assert config.trusted_hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert (config.mail_url, config.pdf_engine, config.sample_data) == ("console:", "typst", True)


def test_generated_secrets_are_kept_and_private(tmp_path: Path) -> None:
    first = load_config({"PORTFOLIO_VAR": str(tmp_path)})
    second = load_config({"PORTFOLIO_VAR": str(tmp_path)})
    assert (first.secret_key, first.seal_key) == (second.secret_key, second.seal_key)
    assert first.secret_key != first.seal_key
    assert len(first.secret_key) >= 32
    assert first.field_keys == second.field_keys
    Fernet(*first.field_keys)
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "secret-key": 0o600,
        "seal-key": 0o600,
        "field-key": 0o600,
    }


def test_first_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    program = "from portfolio.config import load_config; print(load_config().secret_key)"
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PORTFOLIO_VAR": str(tmp_path / "new")},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(4)
    ]
    assert len({start.communicate()[0] for start in starts}) == 1


def test_secrets_do_not_show(tmp_path: Path) -> None:
    config = load_config(
        {
            "PORTFOLIO_VAR": str(tmp_path),
            "PORTFOLIO_SECRET_KEY": KEY,
            "PORTFOLIO_SEAL_KEY": "s" * 32,
            "PORTFOLIO_FIELD_KEYS": FIELD_KEY,
            "PORTFOLIO_MAIL_URL": "smtp://post:hidden@mail.example.org",
        }
    )
    assert not config.development_secrets
    for secret in (KEY, "s" * 32, FIELD_KEY, "hidden"):
        assert secret not in repr(config)


def test_field_keys_are_a_list_and_may_be_spaced(tmp_path: Path) -> None:
    other = Fernet.generate_key().decode("ascii")
    config = load_config({"PORTFOLIO_VAR": str(tmp_path), "PORTFOLIO_FIELD_KEYS": f"{FIELD_KEY}, {other}"})
    assert config.field_keys == (FIELD_KEY, other)
    assert not (tmp_path / "field-key").exists()


@pytest.mark.parametrize("name", SECRETS)
def test_empty_secret_counts_as_generated(tmp_path: Path, name: str) -> None:
    keys = dict.fromkeys(SECRETS[:2], KEY) | {"PORTFOLIO_FIELD_KEYS": FIELD_KEY, name: ""}
    assert load_config({"PORTFOLIO_VAR": str(tmp_path), **keys}).development_secrets


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "８０"),
        ("PORTFOLIO_PUBLIC_URL", "example.org"),
        ("PORTFOLIO_PUBLIC_URL", "ftp://example.org"),
        ("PORTFOLIO_PUBLIC_URL", "https://"),
        ("PORTFOLIO_PUBLIC_URL", "https://example.org:port"),
        ("PORTFOLIO_PUBLIC_URL", "https://user@example.org"),
        ("PORTFOLIO_PUBLIC_URL", "https://example.org/?a=b"),
        ("PORTFOLIO_DATABASE_URL", "mysql://localhost/x"),
        ("PORTFOLIO_DATABASE_URL", "sqlite://"),
        ("PORTFOLIO_DATABASE_URL", "sqlite:///:memory:"),
        ("PORTFOLIO_STORAGE_URL", "s3://bucket"),
        ("PORTFOLIO_STORAGE_URL", "file://relative/folder"),
        ("PORTFOLIO_SECRET_KEY", "short"),
        ("PORTFOLIO_SEAL_KEY", "short"),
        ("PORTFOLIO_FIELD_KEYS", "short"),
        ("PORTFOLIO_FIELD_KEYS", f"{FIELD_KEY},"),
        ("PORTFOLIO_FIELD_KEYS", f"{FIELD_KEY},{FIELD_KEY[:-2]}!="),
        ("PORTFOLIO_MAIL_URL", "http://mail.example.org"),
        ("PORTFOLIO_MAIL_URL", "smtp:"),
        ("PORTFOLIO_MAIL_URL", "smtp://host:port"),
        ("PORTFOLIO_MAIL_FROM", "nobody"),
        ("PORTFOLIO_MAIL_FROM", "a@example.org\nBcc: b@example.org"),
        ("PORTFOLIO_PDF_ENGINE", "word"),
        ("PORTFOLIO_MAX_UPLOAD_MB", "0"),
        ("PORTFOLIO_SAMPLE_DATA", "maybe"),
    ],
)
def test_wrong_value_stops_the_start_and_names_the_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, **{name: value})
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg(tmp_path: Path, scheme: str) -> None:
    config = load_config({"PORTFOLIO_VAR": str(tmp_path), "PORTFOLIO_DATABASE_URL": f"{scheme}://u@h:5432/d"})
    assert config.database_url == "postgresql+psycopg://u@h:5432/d"
    assert not config.is_sqlite


def test_only_the_public_host_is_answered_beyond_this_machine(tmp_path: Path) -> None:
    config = load_config(
        {"PORTFOLIO_VAR": str(tmp_path), "HOST": "0.0.0.0", "PORTFOLIO_PUBLIC_URL": "https://ent.example.ac.th:8443/"}  # noqa: S104 - not served here
    )
    assert config.public_url == "https://ent.example.ac.th:8443"
    assert config.trusted_hosts == ["ent.example.ac.th"]
    assert not config.serves_loopback_only


def test_public_address_of_version_six(tmp_path: Path) -> None:
    config = load_config({"PORTFOLIO_VAR": str(tmp_path), "PORTFOLIO_PUBLIC_URL": "http://[2001:db8::1]"})
    assert config.trusted_hosts[0] == "[2001:db8::1]"


def test_folder_with_odd_characters(tmp_path: Path) -> None:
    folder = tmp_path / "ข้อมูล #1 100%"
    config = load_config({"PORTFOLIO_VAR": str(folder)})
    assert config.var == folder
    assert "#" not in config.storage_url
