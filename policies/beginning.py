"""A new policy's first text: another one's under a key and version of its own, to be changed from there."""

import re

from policies import COMMON, HERE, keys, load, shipped_templates

HEAD = "[policy]\n"
OWN = re.compile(r"^(?:key|version|title) = .*\n", re.M)
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class BadKey(ValueError):
    """No policy can have this key."""


def begun(key: str, source: str) -> tuple[str, str]:
    """The policy file and the template file to begin with; raises BadKey."""
    if KEY.fullmatch(key) is None:
        raise BadKey(f"{key}: a key has small letters, digits and underscores, such as workshop")
    if key in keys(with_demo=True):
        raise BadKey(f"{key} is a shipped policy; publish a new version of it instead")
    text = (HERE / f"{source}.toml").read_text("utf-8")
    rest = OWN.sub("", text[text.index(HEAD) + len(HEAD) :], count=3)
    own = f'key = "{key}"\nversion = "1"\ntitle = {{ zh = "{key}", en = "{key}" }}\n'
    return f"{_about(key, source)}\n{HEAD}{own}{rest}", shipped_templates(source) or _common()


def _about(key: str, source: str) -> str:
    return (
        f"# {key}: begun from {source} {load(source).version}.\n#\n"
        '# Where a value is yours, not the document\'s, say source = "assumption". Then:\n'
        f"# desk policy check {key}.toml, desk policy diff {source} {key}.toml, desk policy publish {key}.toml.\n"
    )


def _common() -> str:
    return (HERE / "templates" / f"{COMMON}.toml").read_text("utf-8")
