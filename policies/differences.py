"""What differs between two policies: value by value, by its path, each with where it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.document import Document

SOURCE = "source"
NOTHING = "–"
"""Stands where one of the two has no such value."""


@dataclass(frozen=True)
class Leaf:
    """One value as it is written, and its source: the document with its clause, or an assumption."""

    value: Any
    source: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.value} ({self.source})" if self.source else str(self.value)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One path at which they differ; None where one has nothing there."""

    path: str
    before: Leaf | None
    after: Leaf | None

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]

    def __str__(self) -> str:
        return f"{self.path}: {self.before or NOTHING} → {self.after or NOTHING}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every difference, in the order of a policy's sections, whatever order they were kept in."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    sections = list(dict.fromkeys((*Document.model_fields, *before, *after)))
    found = [
        Difference(path=path, before=old.get(path), after=new.get(path))
        for path in dict.fromkeys((*old, *new))
        if old.get(path) != new.get(path)
    ]
    told = [each for each in found if not _is_told_already(each, found)]
    return sorted(told, key=lambda each: sections.index(each.section))


def _is_told_already(difference: Difference, found: Sequence[Difference]) -> bool:
    """A source that changed is named with the values that changed under it."""
    place, _, name = difference.path.rpartition(".")
    return name == SOURCE and any(
        each is not difference and f"{each.path}.".startswith(f"{place}.") for each in found
    )


def _leaves(part: Any, path: str = "", source: str = "") -> Iterator[tuple[str, Leaf]]:
    """Every value under a path; a `{ value, source, clause }` counts as one."""
    if isinstance(part, Mapping):
        own = _source(part)
        if own:
            yield _under(path, SOURCE), Leaf(own)
        source = own or source
        for name, value in part.items():
            if name not in (SOURCE, "clause"):
                yield from _leaves(value, path if name == "value" else _under(path, name), source)
    elif isinstance(part, list) and any(isinstance(each, Mapping) for each in part):
        for place, each in enumerate(part):
            yield from _leaves(each, _under(path, str(place)), source)
    else:
        yield path, Leaf(part, source)


def _source(part: Mapping[str, Any]) -> str:
    return " ".join(str(part[name]) for name in (SOURCE, "clause") if part.get(name))


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
