"""As much of Prometheus' language as our queries use: it tells a query that can't be one, and the names in it."""

import re
from dataclasses import dataclass, field

TOKEN = re.compile(
    r"""\s*(?: (?P<text>"[^"]*") | (?P<span>\[(?:\d+[smhd]|\$__rate_interval)\]) | (?P<number>\d+(?:\.\d+)?)
    | (?P<word>[a-zA-Z_:][\w:]*) | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/<>=(){},]) )""",
    re.VERBOSE,
)
FUNCTIONS = {"sum", "max", "min", "rate", "increase", "histogram_quantile", "vector", "absent"}
BETWEEN = {"or", "and", "unless", "bool"}
PAIRS = {")": "(", "}": "{"}


class NoQuery(ValueError):
    """This can't be a query; the message says where it ends being one."""


@dataclass
class Names:
    """The series and the labels a query asks for."""

    series: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)


def names(query: str) -> Names:
    """The names in a query; raises NoQuery."""
    tokens, found, open_ = _tokens(query), Names(), [""]
    for place, (kind, word) in enumerate(tokens):
        after = tokens[place + 1][1] if place + 1 < len(tokens) else ""
        before = tokens[place - 1][1] if place else ""
        if word in ("(", "{"):
            open_.append("by" if before == "by" else word)
        elif word in PAIRS:
            if open_.pop().replace("by", "(") != PAIRS[word]:
                raise NoQuery(f"{word!r} closes nothing in {query}")
        elif kind == "word":
            _name(found, word, after, open_[-1], query)
    if len(open_) != 1:
        raise NoQuery(f"{open_[-1]!r} is never closed in {query}")
    return found


def _tokens(query: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(query.rstrip()):
        match = TOKEN.match(query, at)
        if match is None:
            raise NoQuery(f"nothing known at {query[at:]!r}")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


def _name(found: Names, word: str, after: str, inside: str, query: str) -> None:
    """A word is a label inside braces and after `by`, a function before a bracket, a series anywhere else."""
    if inside in ("{", "by"):
        found.labels.add(word)
    elif after == "(" or word == "by":
        if word not in FUNCTIONS | BETWEEN | {"by"}:
            raise NoQuery(f"no function {word!r}, in {query}")
        if word not in BETWEEN | {"by"} and after != "(" and after != "by":
            raise NoQuery(f"{word!r} wants a bracket, in {query}")
    elif word not in BETWEEN and not (word in FUNCTIONS and after == "by"):
        found.series.add(word)
