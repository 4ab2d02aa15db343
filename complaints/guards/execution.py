"""Which steps of the plan are there, open and promised anew, and whether a proof is wanted."""

from complaints.asked import Asked, Guard, refuse_unless
from complaints.case import Case
from complaints.vocabulary import StepStatus


def step_is_known(asked: Asked) -> None:
    steps = ", ".join(asked.case.steps)
    refuse_unless(asked.command.step in asked.case.steps, "unknown_step", f"The plan's steps are: {steps}.", "step")


def step_is_unfinished(asked: Asked) -> None:
    step_is_known(asked)
    done = asked.case.steps[asked.command.step].status is StepStatus.DONE
    refuse_unless(not done, "step_is_done", "This step is done.", "step")


def new_promise_lies_ahead(asked: Asked) -> None:
    refuse_unless(
        asked.command.expected_at > asked.at, "promise_in_the_past", "A new promise lies ahead.", "expected_at"
    )


def steps_are_done_but_one(asked: Asked) -> None:
    """The last open step may be what completes the work: it is recorded as done with it (SOP-4.1)."""
    left = open_steps(asked.case)
    refuse_unless(len(left) < 2, "steps_are_open", f"Still to be done: {', '.join(left)}.")


def open_steps(case: Case) -> tuple[str, ...]:
    """The plan's steps that are not done."""
    return tuple(name for name, step in case.steps.items() if step.status is not StepStatus.DONE)


def proof_is_wanted(asked: Asked) -> None:
    refuse_unless(asked.case.proof_wanted, "no_proof_wanted", "Nobody has asked for a proof.")


GUARDS: tuple[Guard, ...] = (
    step_is_known, step_is_unfinished, new_promise_lies_ahead, steps_are_done_but_one, proof_is_wanted,
)  # fmt: skip
