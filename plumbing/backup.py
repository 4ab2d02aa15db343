"""A copy of a desk while it runs, from which a desk can be started as from its own folder.

The order matters. Temporal's store goes first and the record after it, so the record is never the older of the two:
what it knows more, a reconciliation puts right. The keys go last: a case has its key before it has any data, so no
copied case lacks its key.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from plumbing.data_folder import DataFolder
from plumbing.embedded_postgres import EmbeddedPostgres
from plumbing.embedded_temporal import store_of
from plumbing.ports import remembered


class NotCopied(RuntimeError):
    """There is nothing to copy, or something is there already."""


def back_up(folder: DataFolder, to: DataFolder) -> None:
    """Copy what a desk of one machine keeps; raises NotCopied, or PostgresNotCopied where the database isn't there."""
    port = remembered(folder.ports).get("postgres")
    if port is None:
        raise NotCopied(f"no desk has run in {folder.path}: name its folder with --data")
    if to.path.exists():
        raise NotCopied(f"{to.path} is there already: a copy goes into a folder of its own")
    for place in (to.path, to.temporal, to.key_file.parent):
        place.mkdir(parents=True, mode=0o700)
    _copy_sqlite(store_of(folder.temporal), store_of(to.temporal))
    EmbeddedPostgres(folder.postgres, port).copy_to(to.postgres)
    _copy_sqlite(folder.key_file, to.key_file)
    for name in ("master_key_file", "session_secret_file", "ports"):
        shutil.copy2(getattr(folder, name), getattr(to, name))


def _copy_sqlite(source: Path, target: Path) -> None:
    """As it is at one moment, whoever writes to it meanwhile."""
    with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("vacuum into ?", (str(target),))
    target.chmod(0o600)
