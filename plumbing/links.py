"""Signed links for customers: each opens one case, expires, and says nothing about anybody."""

from itsdangerous import BadData, URLSafeTimedSerializer

SALT = "customer-link"
LASTS_SECONDS = 90 * 24 * 3600


def make_token(case_id: str, secret: str) -> str:
    """A token for the customer of a case."""
    return URLSafeTimedSerializer(secret, salt=SALT).dumps(case_id)


def customer_link(public_url: str, case_id: str, secret: str) -> str:
    """The address the customer opens on a phone."""
    return f"{public_url.rstrip('/')}/c/{make_token(case_id, secret)}"


def read_link(token: str, secret: str) -> str | None:
    """The case a token opens; None where it was not made here or has expired."""
    try:
        case_id = URLSafeTimedSerializer(secret, salt=SALT).loads(token, max_age=LASTS_SECONDS)
    except BadData:
        return None
    return case_id if isinstance(case_id, str) else None
