"""The JSON of policies in motion: versions published, adoptions previewed and done."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.rest.shapes import Body, Short, Text

LARGEST_FILE = 200_000

File = Annotated[str, Field(max_length=LARGEST_FILE)]


class VersionIn(Body):
    """A policy file to publish; without templates those in force stay."""

    text: Annotated[File, Field(min_length=1, description="The policy file, as TOML.")]
    templates: File = Field(default="", description="Its notice templates, as TOML.")


class VersionOut(BaseModel):
    version: str
    published_by: str
    published_at: datetime


class VersionsOut(BaseModel):
    newest: str = Field(description="the version new cases get")
    published: list[VersionOut]


class PreviewIn(Body):
    """Which running cases to look at: all at another version, unless numbers are named."""

    to_version: Short | None = Field(default=None, description="The newest without it.")
    numbers: Annotated[list[Short], Field(min_length=1, max_length=20_000)] | None = None
    reason: Annotated[Text, Field(min_length=1, pattern=r"\S", description="Kept with every case; names no customer.")]


class AdoptionIn(Body):
    """The preview that was looked at: what is adopted is what was seen."""

    preview: Short


class ChangeOut(BaseModel):
    """One deadline; null where the clock doesn't run before, or after."""

    clock: str
    limit: str
    before: datetime | None
    after: datetime | None


class AdoptionCaseOut(BaseModel):
    """One case and every deadline of it that changes."""

    number: str
    from_version: str
    to_version: str
    state: str = Field(description="previewed, then waiting, adopted, refused or skipped")
    why: str = Field(description="why it was refused or skipped")
    changes: list[ChangeOut]


class AdoptionHeadOut(BaseModel):
    """An adoption, or the preview it is until it is started."""

    id: str
    policy: str
    to_version: str = Field(description="empty where each case keeps its own and takes another calendar")
    calendar: str
    reason: str
    previewed_by: str
    previewed_at: datetime
    started_by: str | None
    started_at: datetime | None
    figures: dict[str, int] = Field(description="cases, and deadlines that move, start, end or are overdue by it")


class AdoptionOut(AdoptionHeadOut):
    progress: dict[str, int] = Field(description="cases waiting, adopted, refused, skipped")
    cases: list[AdoptionCaseOut]
    next: str | None = Field(description="`after` for the next page")


class AdoptionsOut(BaseModel):
    adoptions: list[AdoptionHeadOut]


def head(row: dict[str, Any]) -> dict[str, Any]:
    """What of an adoption's row is shown."""
    return {name: row[name] for name in AdoptionHeadOut.model_fields}


def case(row: dict[str, Any]) -> AdoptionCaseOut:
    """A case of it; why it was left, or why it refused."""
    why = row["skipped"] or (row["message"] or "" if row["state"] == "refused" else "")
    return AdoptionCaseOut(**{name: row[name] for name in AdoptionCaseOut.model_fields if name != "why"}, why=why)
