"""Who answers for a complaint: departments and parties there are, a joint determination's record, who may start."""

from complaints import liability
from complaints.asked import Asked, Guard, refuse_unless
from complaints.guards.intake import ROUNDING


def departments_are_known(asked: Asked) -> None:
    unknown = [each for each in asked.command.departments if each not in asked.rules.departments]
    refuse_unless(
        not unknown,
        "unknown_department", f"Departments are: {', '.join(asked.rules.departments)}.", "departments",
    )  # fmt: skip


def department_is_known(asked: Asked) -> None:
    refuse_unless(
        asked.command.department in asked.rules.departments,
        "unknown_department", f"Departments are: {', '.join(asked.rules.departments)}.", "department",
    )  # fmt: skip


def party_is_known(asked: Asked) -> None:
    known = ", ".join(asked.rules.parties)
    refuse_unless(
        asked.command.party in asked.rules.parties,
        "unknown_party", f"This policy's liable parties are: {known}.", "party",
    )  # fmt: skip


def others_are_known(asked: Asked) -> None:
    """Supporting departments exist and are others than the liable one (WKS-2.2)."""
    possible = [each for each in asked.rules.departments if each != asked.command.department]
    refuse_unless(
        set(asked.command.others) <= set(possible),
        "unknown_department", f"Departments that can support this one are: {', '.join(possible)}.", "others",
    )  # fmt: skip


def meeting_is_recorded(asked: Asked) -> None:
    """A joint determination rests on the record of its meeting, held since it was called (SOP-2.3)."""
    case, meeting = asked.case, asked.command.meeting
    refuse_unless(
        meeting is not None or not (case.joint and asked.rules.joint_record),
        "meeting_missing", "A joint determination needs the record of its meeting.", "meeting",
    )  # fmt: skip
    if meeting is None:
        return
    called = case.marks.get("joint_determination_called")
    since = called.at if called else case.arrived_at
    refuse_unless(
        since - ROUNDING < meeting.held_at <= asked.at,
        "impossible_time", "The meeting lies between its call and now.", "meeting.held_at",
    )  # fmt: skip


def joint_is_the_supervisors(asked: Asked) -> None:
    """Where liability was unclear, the supervisor says what the departments found (SOP-2.3)."""
    supervisor = "supervisor" in asked.actor.roles
    refuse_unless(
        supervisor or not asked.case.joint,
        "joint_determination", "A joint determination was called: the supervisor records its result.",
    )  # fmt: skip


def may_start_handling(asked: Asked) -> None:
    refuse_unless(
        liability.may_start_handling(asked.actor, asked.case),
        "not_the_handler",
        "Handling is started by the liable department, or by the named owner while liability is open.",
    )  # fmt: skip


def not_started_yet(asked: Asked) -> None:
    refuse_unless(not asked.case.seq("handling_started"), "started_already", "Handling has been started already.")


def of_liable_department(asked: Asked) -> None:
    refuse_unless(
        liability.of_liable_department(asked.actor, asked.case),
        "other_department", "This is for the head or an executor of the liable department.",
    )  # fmt: skip


def of_department_concerned(asked: Asked) -> None:
    refuse_unless(
        liability.of_department_concerned(asked.actor, asked.case),
        "other_department", "This is for the head or an executor of a department concerned.",
    )  # fmt: skip


def liability_is_known(asked: Asked) -> None:
    refuse_unless(
        asked.case.liable_department is not None,
        "never_handled", "This case was closed before it was handled: the supervisor can reopen it.",
    )  # fmt: skip


GUARDS: tuple[Guard, ...] = (
    departments_are_known, department_is_known, party_is_known, others_are_known, meeting_is_recorded,
    joint_is_the_supervisors, may_start_handling, not_started_yet, of_liable_department, of_department_concerned,
    liability_is_known,
)  # fmt: skip
