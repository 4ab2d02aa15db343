"""Facts of what is said and settled at any open stage: who it belongs to, who is called in, by which policy."""

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.deadlines import due_changes


def _attach_evidence(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.EvidenceAttached(sha256=asked.command.sha256, private=asked.command.words),)


def _assign(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.Assigned(role=asked.command.role, staff_id=asked.command.staff_id),)


def _check_off(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.CheckedOff(stage=asked.case.stage, items=asked.command.items),)


def _escalate(asked: Asked) -> tuple[f.Fact, ...]:
    level = asked.case.escalation_level + 1
    escalated = f.Escalated(
        clock="",
        limit="",
        level=level,
        role=asked.rules.ladder[level - 1].role,
        due_at=None,
        scheduled_at=asked.at,
        private=asked.command.words,
    )
    return (escalated,)


def _acknowledge(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Acknowledge = asked.command
    return (f.Acknowledged(clock=it.clock, next_action_at=it.next_action_at, private=it.words),)


def _adopt_policy(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.AdoptPolicy = asked.command
    adopted = f.PolicyAdopted(
        from_version=asked.rules.version,
        to_version=it.rules.version,
        changes=due_changes(asked.case, asked.rules, it.rules),
        private=it.words,
    )
    return (adopted,)


MAKERS: dict[str, Maker] = {
    "urge": lambda asked: (f.Urged(private=asked.spoken()),),
    "note": lambda asked: (f.Noted(private=asked.command.words),),
    "attach_evidence": _attach_evidence,
    "correct_contact": lambda asked: (f.ContactCorrected(private=asked.command.contact),),
    "assign": _assign,
    "name_involved": lambda asked: (f.InvolvedNamed(involved=asked.command.involved),),
    "check_off": _check_off,
    "escalate": _escalate,
    "acknowledge": _acknowledge,
    "adopt_policy": _adopt_policy,
}
