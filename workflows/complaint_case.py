"""One complaint from arrival to archive, as one durable workflow.

Handlers only take: a signal, named like its command, drops what it brought into the inbox. The loop thinks: it lets
the clocks act, asks the rules what each command makes of the case, keeps the outcome under the command's id, and hands
facts and notices to the acts. One writer, so no locks; everything it knows of time is `workflow.now()` and the
instants in its messages.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ActivityError

from complaints import commands as c
from complaints import facts as f
from complaints.case import Case
from complaints.errors import Refused
from complaints.ladder import nearest
from complaints.notices import notices
from complaints.orders import (
    CaseView,
    LookUpOrder,
    Notice,
    NotifyOrder,
    NotifyResult,
    Outcome,
    RecordOrder,
    RevisitOrder,
)
from complaints.revisiting import wants_number
from complaints.turn import Taken, Turn, arrive, take, tick
from complaints.values import SYSTEM
from complaints.view import view
from complaints.vocabulary import LookUpStatus, Stage, Verdict
from workflows import acts, names, ops_view
from workflows.inbox import Item, Sent, Signal, by_hand, content, from_the_api, taken_of, with_handlers
from workflows.messages import Carried, CaseStart
from workflows.reading import read_command

TOLD = frozenset({"plan_told", "information_requested"})
"""Templates whose delivery the case waits for."""

RECENT = 5


@workflow.defn(name=names.COMPLAINT_CASE)
@with_handlers
class ComplaintCase:
    """The life of one complaint."""

    @workflow.init
    def __init__(self, start: CaseStart) -> None:
        self.start = start
        self.rules = start.rules
        self.inbox: list[Item] = []
        carried = start.carried
        self.case: Case | None = carried.case if carried else None
        self.outcomes: dict[str, Outcome] = dict(carried.outcomes) if carried else {}
        self.hand_sent = carried.hand_sent if carried else 0
        self.fresh: list[f.Entry] = []
        self.unrecorded: list[f.Entry] = []
        self.unreported: list[Outcome] = []
        self.unsent: list[Notice] = []
        self.recent: tuple[f.Entry, ...] = ()
        self.shown: ops_view.Attributes = {}
        self.timer: asyncio.Task[None] | None = None
        self.armed: datetime | None = None
        self.rang = False
        self.recording = False
        self.cancel_refused = False
        self.in_flight = 0
        self.numbering = 0

    # ── the door in ──

    @workflow.signal(dynamic=True, description="Anything whose name is no command: refused, and kept as refused")
    def take_unknown(self, name: str, payloads: Sequence[RawValue]) -> None:
        self.inbox.append(Signal("unknown"))

    def take_broken(self) -> None:
        """A signal its handler could not even take, such as one with several inputs."""
        self.inbox.append(Signal("unreadable"))

    @workflow.query(name=names.OUTCOME_QUERY, description="What became of the command with this id")
    def outcome(self, command_id: str) -> Outcome | None:
        return self.outcomes.get(command_id)

    @workflow.query(name=names.VIEW_QUERY, description="The case as it stands, with all its clocks")
    def view(self) -> CaseView | None:
        return view(self.case, self.rules) if self.case else None

    # ── the life of the case ──

    @workflow.run
    async def run(self, start: CaseStart) -> str:
        """From arrival to archive; the result says how the case was closed."""
        if self.case is None:
            self._arrive()
        else:
            self._take_up(self.case)
        while not self._archived():
            self._think()
            if self._may_continue_as_new():
                workflow.continue_as_new(self._handover())
            # Meanwhile signals may come, deliveries and records may finish, the timer may ring.
            await self._until(self._has_work)
        await self._finish()
        closing = self._state().closing
        return closing.value if closing else "archived"

    def _arrive(self) -> None:
        start = self.start
        taken = Taken(actor=start.opened_by, command_id=start.opening_id, taken_at=start.opened_at)
        self._keep(arrive(start.number, start.arrived, taken, workflow.now()))
        self.inbox[:0] = [Sent(str(each.body["kind"]), each.body, taken_of(each)) for each in start.at_once]

    def _take_up(self, case: Case) -> None:
        """What a run that was lost left undone: to hear of deliveries, and what a look-up found."""
        unsent = self.start.carried.unsent if self.start.carried else ()
        if unsent:
            self._start(self._notify(NotifyOrder(notices=unsent, **self._address())))
        if case.look_up is LookUpStatus.PENDING:
            self._start(self._look_up(case))

    def _think(self) -> None:
        """Every command in its order, then the clocks up to now, then show and hand on what came of it.

        Commands first: each lets the clocks act that were due before it was taken, so that one taken in time but
        handled late, because no worker was up, finds no miss.
        """
        self.rang = False
        while self.inbox:
            self._handle(self.inbox.pop(0))
        self._keep(tick(self._state(), workflow.now(), self.rules))
        self._act_on()
        self._arm()
        self._show()
        self._record_soon()

    async def _finish(self) -> None:
        """Refuse what still comes, and leave only when everything is written and said."""
        while True:
            while self.inbox:
                self._handle(self.inbox.pop(0))
            self._act_on()
            self._show()
            self._record_soon()
            await self._until(lambda: bool(self.inbox) or not (self.recording or self.in_flight))
            if not self.inbox and not self.unrecorded and not self.unreported:
                await self._until(workflow.all_handlers_finished)
                if not self.inbox:
                    return

    async def _until(self, condition: Callable[[], bool]) -> None:
        """Wait; a cancellation asked for in the Temporal UI is refused: a complaint ends by a command or not at all."""
        try:
            await workflow.wait_condition(condition)
        except asyncio.CancelledError:
            # None: the worker only puts the case out of its memory, and must be let.
            if workflow.cancellation_reason() is None or self.cancel_refused:
                raise
            self.cancel_refused = True
            if not self._archived():
                self.inbox.append(c.MarkHandSent(signal="cancel", verdict=Verdict.REFUSED.value))

    def _has_work(self) -> bool:
        return bool(self.inbox) or self.rang or self._archived() or self._may_continue_as_new()

    def _archived(self) -> bool:
        return self.case is not None and self.case.stage is Stage.ARCHIVED

    def _state(self) -> Case:
        assert self.case is not None, "a case has arrived before anything else happens"
        return self.case

    def _keep(self, turn: Turn) -> None:
        self.case = turn.case
        self.fresh += turn.entries
        self.unrecorded += turn.entries
        self.recent = (*self.recent, *turn.entries)[-RECENT:]

    # ── one message ──

    def _handle(self, item: Item) -> None:
        if isinstance(item, Signal):
            sent = self._read(item)
            if sent is not None:
                self._decide(sent)
        elif isinstance(item, Sent):
            self._decide(item)
        else:
            at = item.delivered_at if isinstance(item, c.TellDelivered) else workflow.now()
            taken = Taken(actor=SYSTEM, command_id=None, taken_at=at)
            self._keep(take(self._state(), item, taken, workflow.now(), self.rules))

    def _read(self, signal: Signal) -> Sent | None:
        """Who sent what; where a signal by hand names somebody, who that is gets asked first."""
        data = content(signal)
        sent = from_the_api(signal, data)
        if sent is not None:
            return sent
        self.hand_sent += 1
        command_id = f"hand-{workflow.info().run_id}-{signal.name}-{self.hand_sent}"
        sent, on_behalf_of = by_hand(signal.name, data, command_id, workflow.now())
        if on_behalf_of is None:
            return sent
        self._start(self._ask_who(sent, on_behalf_of))
        return None

    async def _ask_who(self, sent: Sent, staff_id: str) -> None:
        found = await acts.who_is(staff_id)
        if found.actor is None:
            self.inbox.append(replace(sent, for_nobody=True))
            return
        person = found.actor
        actor = replace(sent.taken.actor, roles=person.roles, department=person.department, on_behalf_of=person.id)
        self.inbox.append(replace(sent, taken=replace(sent.taken, actor=actor)))

    def _decide(self, sent: Sent) -> None:
        """Apply a command once, and keep what became of it under its id."""
        known = self.outcomes.get(sent.command_id)
        if known is not None:
            self.outcomes[sent.command_id] = replace(known, repeats=known.repeats + 1)
            return
        turn = self._turn(sent)
        self._keep(turn)
        outcome = self._outcome(sent, turn)
        self.outcomes[sent.command_id] = outcome
        self.unreported.append(outcome)
        if sent.by_hand:
            name = sent.kind if sent.kind in c.HUMAN_COMMANDS else "unknown"
            self._handle(c.MarkHandSent(signal=name, verdict=outcome.verdict.value))

    def _turn(self, sent: Sent) -> Turn:
        case = self._state()
        try:
            self._check(sent)
            command = read_command(sent.kind, sent.body)
            turn = take(case, command, sent.taken, workflow.now(), self.rules)
            if turn.refused is None and isinstance(command, c.AdoptPolicy):
                self.rules = command.rules
                self.start = replace(self.start, rules=command.rules, policy_version=command.version)
            return turn
        except Refused as refusal:
            return Turn(case, refused=refusal)
        except Exception:  # a fault in a rule must cost one command, not the case; the log tells the engineers
            workflow.logger.error("a rule failed on %s", sent.kind)
            return Turn(case, refused=Refused("fault", "The rules failed on this command; the engineers are told."))

    def _check(self, sent: Sent) -> None:
        if sent.for_nobody:
            raise Refused("unknown_person", "Nobody of the staff has the login in on_behalf_of.", "on_behalf_of")
        if sent.by_hand and sent.kind in c.HUMAN_COMMANDS and sent.kind not in self.rules.by_hand:
            raise Refused("not_by_hand", f"By hand one may send: {', '.join(self.rules.by_hand)}.")
        state = self._state()
        if sent.expected_version is not None and not state.last_command_seq <= sent.expected_version <= state.version:
            raise Refused("stale_version", "The case isn't as it was seen: look again.", "expected_version")

    def _outcome(self, sent: Sent, turn: Turn) -> Outcome:
        refusal = turn.refused
        mine = tuple(each.seq for each in turn.entries if each.command_id == sent.command_id)
        return Outcome(
            command_id=sent.command_id,
            kind=sent.kind,
            verdict=Verdict.REFUSED if refusal else Verdict.ACCEPTED,
            code=refusal.code if refusal else "",
            message=refusal.message if refusal else "",
            fields=refusal.fields if refusal else (),
            facts=mine,
            at=workflow.now(),
        )

    # ── what follows from facts ──

    def _act_on(self) -> None:
        """Start the acts the fresh facts call for; each runs on its own, so that none waits for another."""
        case = self._state()
        made, self.fresh = self.fresh, []
        self.unsent += notices(case, made, self.rules)
        if any(isinstance(entry.fact, f.LookUpAsked) for entry in made):
            self._start(self._look_up(case))
        if wants_number(case, self.rules) and self.numbering < case.round:
            self.numbering = case.round
            self._start(self._number_revisit(case))

    def _address(self) -> dict[str, str]:
        start = self.start
        return {
            "case_id": start.case_id,
            "number": start.number,
            "policy": start.policy,
            "policy_version": start.policy_version,
        }

    def _start(self, act: Coroutine[Any, Any, None]) -> None:
        self.in_flight += 1
        task = asyncio.create_task(act)
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        self.in_flight -= 1

    async def _notify(self, order: NotifyOrder) -> None:
        self._hear(await acts.notify(order, self._state().grade))

    def _hear(self, result: NotifyResult) -> None:
        """What deliveries mean to the case: a plan is told, a customer can't be reached."""
        for each in result.deliveries:
            if each.to_customer and not each.delivered:
                self.inbox.append(
                    c.TellUndeliverable(template=each.template, notice_key=each.notice_key, reason=each.reason)
                )
            elif each.delivered and each.template in TOLD:
                self.inbox.append(
                    c.TellDelivered(template=each.template, notice_key=each.notice_key, delivered_at=each.at)
                )

    async def _look_up(self, case: Case) -> None:
        order = LookUpOrder(
            case_id=self.start.case_id,
            number=self.start.number,
            order_number=case.private.order_number,
            phone=case.private.contact.phone,
        )
        try:
            found = await acts.look_up(order, case.grade)
        except ActivityError:
            self.inbox.append(c.TellLookedUp(status=LookUpStatus.FAILED))
            return
        self.inbox.append(
            c.TellLookedUp(status=found.status, contradictions=found.contradictions, answer=found.answer)
        )

    async def _number_revisit(self, case: Case) -> None:
        order = RevisitOrder(
            case_id=self.start.case_id,
            policy=self.start.policy,
            policy_version=self.start.policy_version,
            round=case.round,
            called_at=workflow.now(),
        )
        number = await acts.number_revisit(order, case.grade)
        self.inbox.append(c.TellRevisitNumber(number=number, round=order.round))

    def _record_soon(self) -> None:
        if (self.unrecorded or self.unreported) and not self.recording:
            self.recording = True
            asyncio.create_task(self._record())

    async def _record(self) -> None:
        """Write what there is and tell whom it concerns; what comes meanwhile rides in the next batch."""
        while self.unrecorded or self.unreported:
            entries, outcomes, told = tuple(self.unrecorded), tuple(self.unreported), tuple(self.unsent)
            order = RecordOrder(
                entries=entries,
                outcomes=outcomes,
                notices=told,
                view=view(self._state(), self.rules),
                ended=self._archived(),
                **self._address(),
            )
            result = await acts.record(order, self._state().grade)
            del self.unrecorded[: len(entries)], self.unreported[: len(outcomes)], self.unsent[: len(told)]
            self._hear(result)
            waiting = tuple(each for each in told if each.key in result.waiting)
            if waiting:
                self._start(self._notify(NotifyOrder(notices=waiting, **self._address())))
        self.recording = False

    # ── time and sight ──

    def _arm(self) -> None:
        """Keep one timer, that rings for the nearest act or before it.

        Where the nearest act moves later the timer stays: it finds nothing due when it rings, and another is set. That
        costs a case less than setting a new one with every command; what comes next stands in the current details.
        """
        rung = nearest(self._state(), self.rules)
        if rung is not None and self.armed is not None and self.armed <= rung.acts_at:
            return
        if self.timer is not None:
            self.timer.cancel()
        self.armed = rung.acts_at if rung else None
        summary = ops_view.timer_summary(rung, self._state(), self.rules) if rung else ""
        self.timer = asyncio.create_task(self._ring_at(rung.acts_at, summary)) if rung else None

    async def _ring_at(self, at: datetime, summary: str) -> None:
        await workflow.sleep(max(at - workflow.now(), timedelta(0)), summary=summary)
        self.armed = None
        self.rang = True

    def _show(self) -> None:
        """Search attributes that changed, and the page for the Temporal UI."""
        case = self._state()
        seen = view(case, self.rules)
        now = ops_view.attributes(case.number, seen, self.rules)
        changed = [update for name, update in now.items() if self.shown.get(name) != update]
        if changed:
            workflow.upsert_search_attributes(changed)
            self.shown = now
        rung = nearest(case, self.rules)
        workflow.set_current_details(ops_view.page(case, seen, rung, self.recent, self.rules))

    # ── a long life ──

    def _may_continue_as_new(self) -> bool:
        info = workflow.info()
        long = info.is_continue_as_new_suggested() or info.get_current_history_length() > self.rules.run_events
        return long and not (self.inbox or self.recording or self.in_flight or self.unrecorded or self.unreported)

    def _handover(self) -> CaseStart:
        carried = Carried(case=self._state(), outcomes=self.outcomes, hand_sent=self.hand_sent)
        return replace(self.start, at_once=(), carried=carried)
