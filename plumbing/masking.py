"""How personal data is shown to eyes that need to recognise it, not to read it (SVC-5.2)."""

import re

HIDDEN = "****"


def mask_phone(phone: str) -> str:
    """`13812345678` becomes `138****5678`; a number too short for that keeps its last two digits."""
    digits = re.sub(r"\D", "", phone)
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    if len(digits) >= 10:
        return digits[:3] + HIDDEN + digits[-4:]
    return HIDDEN + digits[-2:] if len(digits) > 4 else HIDDEN


def mask_email(address: str) -> str:
    """`wang@example.com` becomes `w****@example.com`; what is no address shows nothing."""
    local, at, domain = address.strip().rpartition("@")
    return local[:1] + HIDDEN + at + domain if local and domain else HIDDEN


def mask_name(name: str) -> str:
    """`王小明` becomes `王**`: the first character, a star for each other one."""
    name = name.strip()
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def mask_order(number: str) -> str:
    """`SO20260520001` becomes `SO****0001`; a short number shows nothing."""
    number = number.strip()
    return number[:2] + HIDDEN + number[-4:] if len(number) > 8 else HIDDEN
