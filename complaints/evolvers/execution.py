"""Steps done or late, who did them, and whether a proof is wanted."""

from collections.abc import Callable
from dataclasses import replace

from complaints import facts as f
from complaints.case import Case
from complaints.evolvers.assignees import naming
from complaints.evolvers.word import heard
from complaints.vocabulary import Role


def _step_recorded(case: Case, fact: f.StepRecorded, entry: f.Entry) -> Case:
    steps = {**case.steps, fact.step: replace(case.steps[fact.step], status=fact.status)}
    executors = _executors(case, entry)
    return replace(case, steps=steps, executors=executors, assignees=naming(case, Role.EXECUTOR, entry))


def _delay_reported(case: Case, fact: f.DelayReported, entry: f.Entry) -> Case:
    old = case.steps[fact.step]
    step = replace(old, expected_at=fact.expected_at, delays=old.delays + 1)
    return replace(case, steps={**case.steps, fact.step: step})


def _work_completed(case: Case, fact: f.WorkCompleted, entry: f.Entry) -> Case:
    executors = _executors(case, entry)
    return replace(case, executors=executors, attempts=())


def _executors(case: Case, entry: f.Entry) -> tuple[str, ...]:
    """Who has carried the plan out, deputies and those they stood in for."""
    hands = dict.fromkeys((*case.executors, entry.actor.office(), entry.actor.id))
    return tuple(hands)


def _proof_requested(case: Case, fact: f.ProofRequested, entry: f.Entry) -> Case:
    return replace(heard(case, fact, entry), proof_wanted=True)


def _proof_supplied(case: Case, fact: f.ProofSupplied, entry: f.Entry) -> Case:
    return replace(case, proof_wanted=False)


EVOLVERS: dict[str, Callable[..., Case]] = {
    "step_recorded": _step_recorded,
    "delay_reported": _delay_reported,
    "work_completed": _work_completed,
    "proof_requested": _proof_requested,
    "proof_supplied": _proof_supplied,
}
