"""What each command makes of a case, once nothing refuses it: one file a chapter, as the commands have them."""

from complaints.asked import Maker
from complaints.makers import anytime, closing, execution, intake, liability, own, planning, verification

MAKERS: dict[str, Maker] = {
    **intake.MAKERS,
    **verification.MAKERS,
    **liability.MAKERS,
    **planning.MAKERS,
    **execution.MAKERS,
    **closing.MAKERS,
    **anytime.MAKERS,
    **own.MAKERS,
}
"""Who makes the facts of each command, by its kind."""
