"""Facts of the first contact, the form and the short path of simple matters."""

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.values import Words
from complaints.vocabulary import Closing, Matter, Stage


def _respond(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Respond = asked.command
    contacted_at = max(it.contacted_at, asked.case.arrived_at)
    return (f.Responded(channel=it.channel, contacted_at=contacted_at, outcome=it.outcome, private=it.words),)


def _register(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Register = asked.command
    rule = asked.rules.categories[it.category]
    order = it.form.order_number.strip()
    registered = f.Registered(
        category=it.category,
        department=rule.department,
        opinion_needed=rule.opinion,
        grade=it.grade,
        indicators=it.indicators,
        with_order=bool(order),
        matter=it.matter,
        involved=it.involved,
        private=it.form,
    )
    if it.matter is not Matter.COMPLAINT:
        return (registered,)
    return (registered, f.LookUpAsked(private=Words(text=order))) if order else (registered,)


def _correct_registration(asked: Asked) -> tuple[f.Fact, ...]:
    """Another order number is looked up while the case is still being verified (SOP-2.1)."""
    form, case = asked.command.form, asked.case
    order = form.order_number.strip()
    corrected = f.RegistrationCorrected(with_order=bool(order), private=form)
    if order and order != case.private.order_number.strip() and case.stage is Stage.VERIFYING:
        return corrected, f.LookUpAsked(private=Words(text=order))
    return (corrected,)


def _convert(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Convert = asked.command
    converted = f.Converted(grade=it.grade, indicators=it.indicators, private=it.words)
    order = asked.case.private.order_number.strip()
    return (converted, f.LookUpAsked(private=Words(text=order))) if order else (converted,)


def _discard(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Discard = asked.command
    return f.Discarded(duplicate_of=it.duplicate_of, private=it.words), f.Closed(closing=Closing.DISCARDED)


MAKERS: dict[str, Maker] = {
    "respond": _respond,
    "register": _register,
    "reply": lambda asked: (f.Replied(private=asked.command.words),),
    "convert": _convert,
    "confirm_facts": lambda asked: (f.FactsConfirmed(way=asked.command.way, private=asked.command.words),),
    "correct_registration": _correct_registration,
    "discard": _discard,
}
