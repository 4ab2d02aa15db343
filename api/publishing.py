"""A policy becomes one of the deployment's: read whole, its templates tried, kept for ever, given to new cases."""

from jinja2 import TemplateError

from activities.wording import Wording
from complaints.errors import PolicyMistake
from policies import Policy, load, read, shipped_templates
from policies.demo import OF_FIRST
from records import calendars, locks
from records import policies as kept
from records.database import Connection
from records.policies import Publication
from records.shelf import NoSuchPolicy, Shelf

PARTS = tuple((language, part) for language in ("zh", "en") for part in ("subject", "body"))


async def checked(connection: Connection, key: str, text: str, templates: str) -> Policy:
    """The policy in a file, fit to be published under this key; raises PolicyMistake with every mistake by its path."""
    policy = read(key, text, templates, await calendars.newest(connection))
    found = [] if policy.key == key else [f"policy.key: this is {policy.key}, not {key}"]
    found += mistakes_of_templates(policy)
    if found:
        raise PolicyMistake(key, tuple(found))
    return policy


def mistakes_of_templates(policy: Policy) -> list[str]:
    """Every notice the rules may call for must have its words, in both languages."""
    wording = Wording(policy.body, policy.templates)
    each = ((name, *part) for name in load(OF_FIRST).templates for part in PARTS)
    return [says for path in each if (says := _mistake(wording, *path))]


def _mistake(wording: Wording, name: str, language: str, part: str) -> str:
    path = f"templates.{name}.{language}.{part}"
    try:
        wording.compiled(wording.templates[name][language][part])
    except (KeyError, TypeError):
        return f"{path}: missing"
    except TemplateError as error:
        return f"{path}: {error}"
    return ""


async def publish(connection: Connection, shelf: Shelf, policy: Policy, new: Publication) -> bool:
    """Keep it and give it to new cases; False where they get this very version already. Raises PolicyMistake."""
    await locks.hold(connection, f"publish {policy.key}")
    name = policy.document.policy.version
    known = await kept.of_author(connection, policy.key, name)
    if known not in (None, policy.version):
        raise PolicyMistake(policy.key, (f"policy.version: {name} is {known} already; give the change one of its own",))
    if await in_force(connection, shelf, policy.key) == policy.version:
        return False
    await kept.store(connection, policy)
    return await kept.publish(connection, new)


async def in_force(connection: Connection, shelf: Shelf, key: str) -> str | None:
    """The version new cases get; None where nobody offers the policy yet."""
    try:
        return (await shelf.newest(connection, key)).version
    except NoSuchPolicy:
        return None


async def templates_in_force(connection: Connection, key: str) -> str:
    """The template file published last for a policy, else the shipped one; empty where there is none."""
    version = await kept.newest(connection, key)
    texts = await kept.texts(connection, key, version) if version else None
    return texts[1] if texts else shipped_templates(key)
