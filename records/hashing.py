"""The chain that binds each journal row to the one before it, so that none can be changed unnoticed."""

import hashlib
import json
from typing import Any

NOTHING_BEFORE = b"\x00" * 32
"""Stands where the first row names the one before."""


def chained(row: dict[str, Any]) -> bytes:
    """The hash of a journal row over everything in it, ciphertext and the hash before included."""
    content = [
        row["case_id"], row["seq"], row["kind"], row["fact_version"], row["at"].timestamp(),
        row["taken_at"].timestamp(), row["actor"], row["command_id"], row["policy"], row["policy_version"],
        row["plain"], bytes(row["sealed"] or b"").hex(), row["key_id"], bytes(row["prev_hash"]).hex(),
    ]  # fmt: skip
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()
