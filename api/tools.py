"""What every route works with, put together once when the application starts."""

from dataclasses import dataclass

from fastapi import Request

from api.casework import Casework
from api.figures import ApiFigures
from plumbing.keys import KeyStore
from plumbing.settings import Settings
from records.database import Database


@dataclass(frozen=True)
class Tools:
    """The application's tools."""

    settings: Settings
    database: Database
    keys: KeyStore
    casework: Casework
    figures: ApiFigures
    secret: str


def tools(request: Request) -> Tools:
    """The tools of the application that answers this request."""
    found: Tools = request.app.state.tools
    return found
