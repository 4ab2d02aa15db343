"""What a figure is: its name, its kind, its labels and its meaning, as Prometheus knows figures."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """One figure. Labels are few and bounded: never a number, a name or anything else of one case."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    says: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
