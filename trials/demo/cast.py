"""Who plays whom, and how each command is usually sent: what a story leaves out is filled in from here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import policies
from complaints.vocabulary import Role
from policies.demo import key_of, scaled
from policies.document import Category
from policies.durations import parse_duration
from records.seeds import login_of
from trials.demo.script import Act, Story

LOGINS = {
    "agent": "agent-1", "supervisor": "supervisor-1", "director": "director-1", "executive": "executive-1",
    "revisitor": "revisit-1",
}  # fmt: skip
"""Roles with one account."""

POSTS = {"department_head": "head", "supervisor": "supervisor", "director": "director", "executive": "executive"}
"""The approving roles, as the stories name them."""

USUALLY = {
    "give_opinion": "opinion", "endorse": "supervisor", "call_joint_determination": "supervisor",
    "start_handling": "head", "draft_plan": "executor", "approve": "approver", "send_back": "approver",
    "open_emergency_measure": "director", "answer": "customer", "record_step": "executor", "complete": "executor",
    "request_proof": "customer", "supply_proof": "executor", "provide_information": "customer", "confirm": "customer",
    "contest": "customer", "withdraw": "customer", "urge": "customer", "close_unconfirmed": "supervisor",
    "record_revisit": "revisitor", "reopen": "supervisor", "acknowledge": "head", "answer_questionnaire": "customer",
}  # fmt: skip
"""Who usually sends a command; everything else is the agent's."""


def player_of(act: Act, story: Story) -> str:
    """Who does it: a login, or `customer`."""
    role = act.who or USUALLY.get(act.do, "agent")
    if role == "approver":
        role = POSTS[policies.load(story.policy).document.authority.by_grade[story.grade].value]
    places = {
        "opinion": login_of(Role.DEPARTMENT_HEAD, _category(story).department),
        "head": login_of(Role.DEPARTMENT_HEAD, story.liable.department),
        "executor": login_of(Role.EXECUTOR, story.liable.department),
        **LOGINS,
    }
    return places.get(role, role)


def _category(story: Story) -> Category:
    return policies.load(story.policy).document.categories[story.category]


def staff_of(stories: Sequence[Story]) -> tuple[str, ...]:
    """Everybody of the staff who has something to do in these stories; agent and supervisor always."""
    players = {player_of(act, story) for story in stories for act in story.acts if act.do} - {"customer"}
    return tuple(sorted(players | {LOGINS["agent"], LOGINS["supervisor"]}))


def _by_the_demo(span: str) -> datetime:
    return datetime.now(UTC) + scaled(span)


@dataclass(frozen=True)
class Scene:
    """What is known when an act comes up: the story, the numbers of all stories, the missed clocks by limit.

    `ahead` says which instant lies so much business time from now: by the demo's clock, unless another is given.
    """

    story: Story
    numbers: dict[str, str]
    clocks: dict[str, str]
    ahead: Callable[[str], datetime] = _by_the_demo

    def hence(self, span: str) -> str:
        return self.ahead(span).isoformat()


def body_of(act: Act, scene: Scene) -> dict[str, Any]:
    """The command as it goes to the desk."""
    given = act.given
    reference = given.pop("reference", "")
    for name in ("words", "evidence"):
        if isinstance(given.get(name), str):
            given[name] = {"text": given[name], "reference": reference}
    usual = _USUAL[act.do](given, scene) if act.do in _USUAL else {}
    return {"kind": act.do, **usual, **given}


Usual = Callable[[dict[str, Any], Scene], dict[str, Any]]


def _respond(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    return {"channel": scene.story.channel.value, "contacted_at": scene.hence("0d")}


def _register(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    story = scene.story
    form = {**story.form.model_dump(mode="json"), "contact": contact(story)}
    said = {"category": story.category, "grade": story.grade, "indicators": list(story.indicators)}
    return {"form": form, "matter": story.matter, **said}


def _endorse(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    """Liability comes with it, unless the story leaves it open."""
    left_open = given.pop("liability", "") == "open"
    return {"grade": scene.story.grade} | ({} if left_open else scene.story.liable.model_dump(mode="json"))


def _determine_liability(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    """A meeting ends as its result is recorded."""
    meeting = given.pop("meeting", None)
    held = {"meeting": {**meeting, "held_at": scene.hence("0d")}} if meeting else {}
    return scene.story.liable.model_dump(mode="json") | held


def _draft_plan(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    liable = scene.story.liable
    hand = f"{policies.load(scene.story.policy).document.departments[liable.department].zh}专员"
    plan = {
        "cause": given.pop("cause"),
        "measures": [{"actor": hand, **_timed(each, scene)} for each in given.pop("measures")],
        "milestones": [_timed(each, scene) for each in given.pop("milestones", [])],
        "liable_party": liable.party,
    }
    return {"plan": {**plan, **given.pop("plan", {})}}


def _timed(promise: dict[str, Any], scene: Scene) -> dict[str, Any]:
    """A measure or milestone with the instant it is promised for; what is valid for days is so on real days."""
    made = {**promise, "until": scene.hence(promise["within"])}
    days = parse_duration(made.pop("valid_for", "0d"))
    if days:
        made["valid_until"] = (scene.ahead("0d") + days).date().isoformat()
    del made["within"]
    return made


def _discard(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    return {"duplicate_of": scene.numbers.get(given.pop("same_as", ""), "")}


def _acknowledge(given: dict[str, Any], scene: Scene) -> dict[str, Any]:
    return {"clock": scene.clocks.get(given.pop("limit"), ""), "next_action_at": scene.hence(given.pop("within"))}


_USUAL: dict[str, Usual] = {
    "respond": _respond,
    "register": _register,
    "endorse": _endorse,
    "determine_liability": _determine_liability,
    "draft_plan": _draft_plan,
    "answer": lambda given, scene: {"answer": "accepted"},
    "record_step": lambda given, scene: {"status": "done"},
    "report_delay": lambda given, scene: {"expected_at": scene.hence(given.pop("within"))},
    "record_revisit": lambda given, scene: {"solved": True, "effect_score": 5, "attitude_score": 5},
    "record_remedy": lambda given, scene: {"new_plan": False},
    "discard": _discard,
    "acknowledge": _acknowledge,
}


def opening(story: Story) -> dict[str, Any]:
    """The complaint as it reaches the desk, with what the agent does at once."""
    scene = Scene(story, {}, {})
    at_once = {do: body_of(Act(do=do), scene) for do in story.at_once}
    return {
        "policy": key_of(story.policy), "channel": story.channel, "brand": BRAND, "text": story.says,
        "contact": contact(story), **at_once,
    }  # fmt: skip


BRAND = "清禾电器"


def contact(story: Story) -> dict[str, str]:
    """The customer's contact as JSON."""
    customer = story.customer
    return {"name": customer.name, "phone": customer.phone, "email": customer.email}
