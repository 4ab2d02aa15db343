"""What each fact changes in a case besides its marks: one file a chapter, as the facts have them.

A fact without an evolver leaves its mark and its stage, no more.
"""

from collections.abc import Callable

from complaints.case import Case
from complaints.evolvers import anytime, clocks, closing, execution, intake, liability, planning, verification

EVOLVERS: dict[str, Callable[..., Case]] = {
    **intake.EVOLVERS,
    **verification.EVOLVERS,
    **liability.EVOLVERS,
    **planning.EVOLVERS,
    **execution.EVOLVERS,
    **closing.EVOLVERS,
    **anytime.EVOLVERS,
    **clocks.EVOLVERS,
}
"""What changes the case, by the kind of the fact."""
