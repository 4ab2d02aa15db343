"""Facts of asking and being told, of the look-up, the opinion and the grade."""

from complaints import commands as c
from complaints import facts as f
from complaints.asked import Asked, Maker
from complaints.values import Words
from complaints.vocabulary import TellingWay


def _request_information(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.RequestInformation = asked.command
    requested = f.InformationRequested(way=it.way, private=it.words)
    if it.way is TellingWay.CALL:
        return requested, f.InformationRequestSent(sent_at=asked.at)
    return (requested,)


def _provide_information(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.InformationProvided(entered_by_staff=asked.by_staff(), private=asked.spoken()),)


def _look_up(asked: Asked) -> tuple[f.Fact, ...]:
    return (f.LookUpAsked(private=Words(text=asked.command.order_number.strip())),)


def _give_opinion(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.GiveOpinion = asked.command
    department = asked.actor.department or ""
    return (f.OpinionGiven(department=department, private=(Words(text=it.cause), it.words)),)


def _verify(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Verify = asked.command
    return (f.Verified(private=(it.words, Words(text=it.look_up_answer))),)


def _grade(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.GradeCase = asked.command
    return (f.Graded(grade=it.grade, indicators=it.indicators, private=it.words),)


def _endorse(asked: Asked) -> tuple[f.Fact, ...]:
    it: c.Endorse = asked.command
    endorsed = f.GradeEndorsed(grade=it.grade, changed=it.grade is not asked.case.grade, private=it.words)
    if it.party is None or it.department is None:
        return (endorsed,)
    determined = f.LiabilityDetermined(
        party=it.party, department=it.department, others=it.others, lead=it.lead.strip(), private=Words()
    )
    return endorsed, determined


MAKERS: dict[str, Maker] = {
    "request_information": _request_information,
    "provide_information": _provide_information,
    "look_up": _look_up,
    "give_opinion": _give_opinion,
    "verify": _verify,
    "grade": _grade,
    "endorse": _endorse,
}
