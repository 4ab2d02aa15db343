"""The conditions the chart names: they hold, or the command is refused with the reason.

One file a chapter, each ending with the guards it has. What is asked of every row, no row names: `recusal.not_recused`
and `checklists.checklist_is_done`.
"""

from complaints.asked import Guard
from complaints.guards import (
    checklists,
    clocks,
    closing,
    evidence,
    execution,
    intake,
    liability,
    planning,
    recusal,
    verification,
)

GUARDS: dict[str, Guard] = {
    each.__name__: each
    for each in (
        *intake.GUARDS, *verification.GUARDS, *liability.GUARDS, *planning.GUARDS, *execution.GUARDS, *closing.GUARDS,
        *evidence.GUARDS, *recusal.GUARDS, *checklists.GUARDS, *clocks.GUARDS,
    )
}  # fmt: skip
"""Every guard by its name in the chart."""
