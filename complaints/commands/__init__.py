"""What people may ask of a case: imperative, frozen, one class a kind.

`kind` is the tag, the name of the signal and the word in `POST …/commands`. Those in `own`
are the workflow's: people can't send them.
"""

from typing import get_args

from complaints.commands.anytime import *
from complaints.commands.closing import *
from complaints.commands.execution import *
from complaints.commands.intake import *
from complaints.commands.own import *
from complaints.commands.planning import *

HumanCommand = (
    Respond | Register | Discard | RequestInformation | ProvideInformation | LookUp | GiveOpinion | Verify
    | ConfirmFacts | CorrectRegistration
    | GradeCase | Endorse | CallJointDetermination | DetermineLiability | StartHandling | DraftPlan | Approve
    | SendBack | OpenEmergencyMeasure | Propose | AnswerPlan | RecordStep | ReportDelay | ReportProgress | Complete
    | RequestProof | SupplyProof | Confirm | Contest | CloseUnconfirmed | RecordRevisit | RecordRemedy | Reopen
    | Withdraw | Urge | Note | AttachEvidence | CorrectContact | Assign | Escalate | Acknowledge
    | AdoptPolicy | Reply | Convert | Mediate | AnswerQuestionnaire | AssignRemedy | AnswerSuggestion | NameInvolved
    | CheckOff
)  # fmt: skip
OwnCommand = TellDelivered | TellUndeliverable | TellLookedUp | TellRevisitNumber | MarkHandSent
Command = HumanCommand | OwnCommand

HUMAN_COMMANDS: dict[str, type[HumanCommand]] = {each.kind: each for each in get_args(HumanCommand)}
"""Every command people may send, by its kind."""

THROUGH_THE_DESK = frozenset({"adopt_policy"})
"""Commands whose body the desk makes: people ask for them by other means than sending them."""

