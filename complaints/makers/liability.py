"""Facts of who answers for a complaint, and of the start of handling."""

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.values import Words


def _call_joint_determination(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.CallJointDetermination = asked.command
    return (f.JointDeterminationCalled(departments=it.departments, private=it.words),)


def _determine_liability(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.DetermineLiability = asked.command
    determined = f.LiabilityDetermined(
        party=it.party, department=it.department, others=it.others, lead=it.lead.strip(), private=it.words
    )
    if it.meeting is None:
        return (determined,)
    return f.JointDeterminationHeld(held_at=it.meeting.held_at, private=it.meeting), determined


def _start_handling(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.HandlingStarted(private=Words(text=asked.command.first_action)),)


MAKERS: dict[str, Maker] = {
    "call_joint_determination": _call_joint_determination,
    "determine_liability": _determine_liability,
    "start_handling": _start_handling,
}
