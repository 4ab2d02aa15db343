"""Facts of carrying the plan out and of its proof."""

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.guards.execution import open_steps
from complaints.vocabulary import StepStatus


def _record_step(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RecordStep = asked.command
    return (f.StepRecorded(step=it.step, status=it.status, private=it.words),)


def _report_delay(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.ReportDelay = asked.command
    promised = asked.case.steps[it.step].promised_at
    return (f.DelayReported(step=it.step, promised_at=promised, expected_at=it.expected_at, private=it.words),)


def _complete(asked: Asked) -> tuple[f.Fact, ...]:
    words = asked.command.words
    recorded = (f.StepRecorded(step=step, status=StepStatus.DONE, private=words) for step in open_steps(asked.case))
    return *recorded, f.WorkCompleted(private=words)


def _request_proof(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.ProofRequested(private=asked.spoken()),)


MAKERS: dict[str, Maker] = {
    "record_step": _record_step,
    "report_delay": _report_delay,
    "report_progress": lambda asked: (f.ProgressReported(private=asked.command.words),),
    "complete": _complete,
    "request_proof": _request_proof,
    "supply_proof": lambda asked: (f.ProofSupplied(private=asked.command.words),),
}
