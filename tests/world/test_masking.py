"""Masked values: recognisable to who knows them, useless to who doesn't."""

import pytest

from plumbing.masking import mask_email, mask_name, mask_order, mask_phone


@pytest.mark.clause("SVC-5.2")
@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("021-62345678", "021****5678"),
        ("6234567", "****67"),
        ("110", "****"),
        ("", "****"),
    ],
)
def test_phones(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("wang@example.com", "w****@example.com"),
        ("w@example.com", "w****@example.com"),
        ("not an address", "****"),
        ("@example.com", "****"),
        ("", "****"),
    ],
)
def test_addresses(address: str, shown: str) -> None:
    assert mask_email(address) == shown


@pytest.mark.parametrize(
    ("name", "shown"), [("王小明", "王**"), ("李雷", "李*"), ("王", "*"), (" 王小明 ", "王**"), ("", "")]
)
def test_names(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"), [("SO20260520001", "SO****0001"), ("12345678", "****"), ("", "****")]
)
def test_orders(number: str, shown: str) -> None:
    assert mask_order(number) == shown
