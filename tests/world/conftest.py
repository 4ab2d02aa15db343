"""For tests that need a database with nothing in it."""

from uuid import uuid4

import pytest

from tests.world.recording import execute


@pytest.fixture
def empty_url(postgres_url: str) -> str:
    """A new database on the same server."""
    name = f"empty_{uuid4().hex}"
    execute(postgres_url, f"create database {name}")
    return f"{postgres_url.rpartition('/')[0]}/{name}"
