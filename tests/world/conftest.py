"""For tests that need a database with nothing in it, or a mail server."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from plumbing.mailbox import Mailbox, serve_smtp
from plumbing.ports import free_port
from tests.world.recording import execute


@pytest.fixture
def empty_url(postgres_url: str) -> str:
    """A new database on the same server."""
    name = f"empty_{uuid4().hex}"
    execute(postgres_url, f"create database {name}")
    return f"{postgres_url.rpartition('/')[0]}/{name}"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server of this test, and the port it listens on."""
    box, port = Mailbox(), free_port()
    controller = serve_smtp(box, "127.0.0.1", port)
    yield box, port
    controller.stop()
