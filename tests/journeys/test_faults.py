"""A dozen faults of a fixed seed under load: the short form of `make faults`, on real servers, in CI."""

import json
from pathlib import Path

import pytest

from trials.faults import report
from trials.faults.campaign import Campaign

pytestmark = [pytest.mark.stack, pytest.mark.timeout(200)]

SEED = 771
FAULTS = 12


async def test_a_dozen_faults_change_no_case(tmp_path: Path) -> None:
    said: list[str] = []
    campaign = Campaign(SEED, FAULTS, under_way=4, tell=said.append)
    await campaign.run(tmp_path / "faults")
    found = report.figures(campaign)
    report.write(found, campaign, tmp_path / "faults.json")
    assert found["differences"] == [], "\n".join(said)
    assert found["faults"] == FAULTS
    assert found["not_caught_up"] == 0
    assert found["closed"] > 0
    assert found["missed"] > 0
    assert json.loads((tmp_path / "faults.json").read_text())["cases"] == found["cases"]
