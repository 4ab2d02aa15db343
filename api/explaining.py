"""Why a clock of a case is due when it is: reckoned anew from the record, by the calendar the case carries."""

from dataclasses import dataclass

from api.restarting import from_the_record
from complaints.deadlines import running
from complaints.explanation import Explanation, explained
from complaints.workcalendar import WorkCalendar
from plumbing.keys import KeyStore
from policies import calendars
from policies.due_times import ROUND_THE_CLOCK
from records.database import Connection


@dataclass(frozen=True)
class Account:
    """The explanation, the calendar it was reckoned by (None for natural time), and one to show clocks on the wall."""

    explanation: Explanation
    calendar: WorkCalendar | None
    walls: WorkCalendar


async def account_of(connection: Connection, keys: KeyStore, case_id: str, number: str, key: str) -> Account | None:
    """The account of a running clock; None where no such clock runs. Raises BrokenJournal."""
    start = await from_the_record(connection, keys, case_id, number)
    if start.carried is None:
        return None
    case, rules = start.carried.case, start.rules
    for clock in running(case, rules):
        if clock.key == key:
            walls = rules.calendar or calendars.load(ROUND_THE_CLOCK).slice(clock.anchored_at)
            return Account(explained(clock, case, rules), rules.calendar, walls)
    return None
