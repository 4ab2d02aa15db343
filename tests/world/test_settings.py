"""Settings come from the environment, are handed to children unchanged, and never show a secret."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from plumbing.settings import Settings

NEEDED = {
    "database_url": "postgresql://desk:pw@db/desk",
    "temporal_address": "temporal:7233",
    "key_file": Path("keys.sqlite3"),
    "master_key_file": Path("master.key"),
    "session_secret_file": Path("session.secret"),
}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_the_database_address_is_taken(scheme: str) -> None:
    settings = Settings.read(**{**NEEDED, "database_url": f"{scheme}://desk:pw@db/desk"})
    assert settings.database_url == "postgresql+psycopg://desk:pw@db/desk"


def test_a_child_reads_the_settings_its_parent_had(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings.read(**NEEDED, temporal_tls=True, temporal_api_key=SecretStr("key"), smtp_port=2525)
    for name, value in given.as_environment().items():
        monkeypatch.setenv(name, value)
    assert Settings.read() == given


def test_what_is_wrong_is_named_without_its_value() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.read(**{**NEEDED, "database_url": "mysql://desk:hush@db/desk"})
    assert "database_url" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_a_secret_is_never_a_default() -> None:
    fields = Settings.model_fields
    secret = [name for name, field in fields.items() if "SecretStr" in str(field.annotation)]
    assert secret
    assert all(fields[name].default is None for name in secret)
