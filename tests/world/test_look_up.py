"""Look-ups against the demo company server, run as a real one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from temporalio.exceptions import ApplicationError

import company
from activities.look_up import LookUpActivities, contradictions
from complaints.orders import LookUpOrder
from complaints.vocabulary import LookUpStatus
from plumbing.ports import free_port
from plumbing.settings import Settings

pytestmark = pytest.mark.clause("SOP-2.1")


@pytest.fixture
async def url() -> AsyncIterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(company.create_app(), port=port, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


def asking(company_url: str | None, folder: Path) -> LookUpActivities:
    settings = Settings.read(
        database_url="postgresql://x/x", temporal_address="x:1", key_file=folder, master_key_file=folder,
        session_secret_file=folder, company_url=company_url, company_timeout=2.0,
    )  # fmt: skip
    return LookUpActivities(settings)


def about(order_number: str) -> LookUpOrder:
    return LookUpOrder(case_id="c", number="20260520001", order_number=order_number, phone="13812345678")


async def test_an_ordinary_order_is_found_and_kept_in_words(url: str, tmp_path: Path) -> None:
    found = await asking(url, tmp_path).look_up(about("A1001"))
    assert (found.status, found.contradictions) == (LookUpStatus.FOUND, ())
    assert found.answer is not None
    assert "A1001" in found.answer.order
    assert "carrier" in found.answer.logistics


async def test_records_that_say_otherwise_are_named(url: str, tmp_path: Path) -> None:
    found = await asking(url, tmp_path).look_up(about("A1007"))
    assert found.contradictions == ("order_cancelled", "goods_returned")


async def test_an_unknown_order_is_not_found(url: str, tmp_path: Path) -> None:
    assert (await asking(url, tmp_path).look_up(about("X1"))).status is LookUpStatus.NOT_FOUND


async def test_a_server_that_fails_is_asked_again_and_the_error_names_no_order(url: str, tmp_path: Path) -> None:
    with pytest.raises(ApplicationError) as raised:
        await asking(url, tmp_path).look_up(about("A1009"))
    assert "A1009" not in str(raised.value)


async def test_an_order_number_is_no_path(url: str, tmp_path: Path) -> None:
    assert (await asking(url, tmp_path).look_up(about("../orders/A1001"))).status is LookUpStatus.NOT_FOUND


async def test_a_server_that_is_away_is_asked_again(tmp_path: Path) -> None:
    with pytest.raises(ApplicationError, match="didn't answer"):
        await asking(f"http://127.0.0.1:{free_port()}", tmp_path).look_up(about("A1"))


async def test_without_a_server_the_look_up_has_failed(tmp_path: Path) -> None:
    assert (await asking(None, tmp_path).look_up(about("A1"))).status is LookUpStatus.FAILED


@pytest.mark.parametrize(
    ("suffix", "phone", "found"),
    [("5678", "138 1234 5678", ()), ("0000", "13812345678", ("other_phone",)), ("1", "", ())],
)
def test_another_buyers_phone_is_a_contradiction(suffix: str, phone: str, found: tuple[str, ...]) -> None:
    assert contradictions({"phone_suffix": suffix}, None, phone) == found
