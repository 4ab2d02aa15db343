"""What every route works with, put together once when the application starts."""

from dataclasses import dataclass

from fastapi import Request

from activities.digests import Digests
from activities.mending import Mending
from activities.post import Post
from api.adopting import Adopting
from api.casework import Casework
from api.figures import ApiFigures
from api.reconciling import Reconciler
from plumbing.keys import FileKeyStore, KeyStore
from plumbing.settings import Settings
from plumbing.telemetry import core_figures
from plumbing.temporal import connect
from policies import keys as policy_keys
from records.database import Database


@dataclass(frozen=True)
class Tools:
    """The application's tools."""

    settings: Settings
    database: Database
    keys: KeyStore
    casework: Casework
    figures: ApiFigures
    reconciler: Reconciler
    adopting: Adopting
    digests: Digests
    secret: str


def tools(request: Request) -> Tools:
    """The tools of the application that answers this request."""
    found: Tools = request.app.state.tools
    return found


def make_tools(settings: Settings) -> Tools:
    """Everything a desk's own processes work with, from its settings."""
    keys = FileKeyStore.of(settings)
    database = Database(settings.database_url, settings.database_pool_size)
    secret = settings.session_secret_file.read_text("utf-8").strip()
    offered = policy_keys(with_demo=settings.demo_policy)
    casework = Casework(database, keys, lambda: connect(settings, keys, runtime=core_figures().runtime), offered)
    post = Post(database, settings, secret)
    return Tools(
        settings=settings,
        database=database,
        keys=keys,
        casework=casework,
        figures=ApiFigures(),
        reconciler=Reconciler(database, keys, casework, Mending(database, keys, post)),
        adopting=Adopting(database, keys, casework),
        digests=Digests(database, keys, post, offered),
        secret=secret,
    )
