"""What can be wrong, as a small family; the doors translate, the rules know no HTTP.

    ComplaintError
    ├── Refused         a command the case can't take now: code, sentence, fields
    ├── BadValue        a value that can't be: field and rule
    └── PolicyMistake   a policy file with mistakes: every one by its path
"""


class ComplaintError(Exception):
    """The root of the family."""


class Refused(ComplaintError):
    """A command the case can't take now, with a stable `code` and a sentence a person can act on."""

    def __init__(self, code: str, message: str, *fields: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields


class BadValue(ComplaintError, ValueError):
    """A value that can't be: names the field and the rule it breaks, never the value itself."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}")
        self.field = field
        self.rule = rule


class PolicyMistake(ComplaintError):
    """A policy with mistakes; `mistakes` names each by its path in the file."""

    def __init__(self, key: str, mistakes: tuple[str, ...]) -> None:
        super().__init__(f"policy {key}: " + "; ".join(mistakes))
        self.key = key
        self.mistakes = mistakes
