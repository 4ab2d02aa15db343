"""The desk that runs in a folder, found from outside by what it left there."""

from pathlib import Path

from plumbing.data_folder import DataFolder
from plumbing.embedded_postgres import EmbeddedPostgres
from plumbing.ports import remembered


class NoDesk(LookupError):
    """No desk has run in the folder."""


def database_of(data: Path) -> str:
    """The address of the database that belongs to this folder; raises NoDesk."""
    folder = DataFolder(data.absolute())
    port = remembered(folder.ports).get("postgres")
    if port is None:
        raise NoDesk(f"no desk has run in {data}: name its folder with --data, or set DATABASE_URL")
    return EmbeddedPostgres(folder.postgres, port).url
