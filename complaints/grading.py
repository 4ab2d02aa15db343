"""What grade the recorded indicators suggest, with the reason; a person decides (SOP-2.2)."""

from dataclasses import dataclass
from decimal import Decimal

from complaints.policy import Rules
from complaints.vocabulary import Grade, Indicator


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A grade and the indicators that led to it; none for an ordinary complaint."""

    grade: Grade
    reasons: tuple[Indicator, ...]


def suggest(indicators: tuple[Indicator, ...], amount: Decimal | None, rules: Rules) -> Suggestion:
    """The gravest grade any indicator asks for, else the policy's least; a large amount is an indicator too."""
    seen = list(indicators)
    if amount is not None and amount >= rules.large_amount and Indicator.LARGE_AMOUNT not in seen:
        seen.append(Indicator.LARGE_AMOUNT)
    known = [grade for grade in Grade if grade in rules.indicators]
    for grade in known:
        reasons = tuple(each for each in seen if each in rules.indicators[grade])
        if reasons:
            return Suggestion(grade=grade, reasons=reasons)
    return Suggestion(grade=known[-1], reasons=())
