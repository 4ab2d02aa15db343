"""What may be done about the clocks: acknowledge a miss, call the next level in, judge by another version."""

from datetime import timedelta

from complaints.asked import Asked, Guard, refuse_unless
from complaints.deadlines import memory_of, running
from complaints.vocabulary import ActorKind


def level_can_rise(asked: Asked) -> None:
    refuse_unless(
        asked.case.escalation_level < len(asked.rules.ladder), "top_level", "The highest level is in already."
    )


def clock_is_missed(asked: Asked) -> None:
    missed = [c.key for c in running(asked.case, asked.rules) if memory_of(asked.case, c).missed]
    refuse_unless(
        asked.command.clock in missed,
        "clock_not_missed", f"Clocks to acknowledge: {', '.join(missed) or 'none'}.", "clock",
    )  # fmt: skip


def next_action_is_near(asked: Asked) -> None:
    ahead = asked.command.next_action_at - asked.at
    refuse_unless(
        timedelta(0) < ahead <= asked.rules.acknowledge_at_most,
        "next_action_time", f"The next action lies ahead, at most {asked.rules.acknowledge_at_most} from now.",
        "next_action_at",
    )  # fmt: skip


def next_action_is_named(asked: Asked) -> None:
    """A named person says what happens next, once before each rung: a ladder can't be put off for ever (SVC-5.1)."""
    if not asked.rules.named_action:
        return
    waits = asked.case.clocks[asked.command.clock].suspended_until
    refuse_unless(
        waits is None,
        "acknowledged_already", f"Acknowledged until {waits}: until then do it, or let the next level in.", "clock",
    )  # fmt: skip
    refuse_unless(bool(asked.command.words.text.strip()), "no_next_action", "Say what happens next.", "words.text")
    refuse_unless(
        asked.actor.kind is ActorKind.STAFF or asked.actor.on_behalf_of is not None,
        "nobody_named", "An acknowledgement is a named person's: say on whose behalf.", "on_behalf_of",
    )  # fmt: skip


def is_another_version(asked: Asked) -> None:
    """The same policy at another version, or with another calendar."""
    new = asked.command.rules
    refuse_unless(
        new.key == asked.rules.key and new != asked.rules,
        "same_version", f"The case is judged by {asked.rules.key} {asked.rules.version} already.", "version",
    )  # fmt: skip


GUARDS: tuple[Guard, ...] = (
    level_can_rise, clock_is_missed, next_action_is_near, next_action_is_named, is_another_version,
)  # fmt: skip
