"""No policy is let in whose values break a case afterwards: times, zones, names."""

import pytest

import policies
from complaints.errors import PolicyMistake

TEXT = (policies.HERE / "sop.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ('within = "10min"', 'within = "3651d"', "limits.first_response.within: at most 3650d"),
        ('within = "10min"', 'within = "99999999999999d"', "limits.first_response.within: Value error, a dur"),
        ('within = "10min"', f'within = "{"9" * 400}d"', "limits.first_response.within: Value error, a dur"),
        ('by_grade = { urgent = "2h"', 'by_grade = { urgent = "90000d"', ".by_grade.urgent: at most 3650d"),
        ('after = "30min"', 'after = "2900000d"', "ladder.steps.1.after: at most 3650d"),
        ('repeat_every = { value = "', 'repeat_every = { value = "999999', "ladder.repeat_every.value: at most 3650d"),
        ('at_most = { value = "', 'at_most = { value = "999999', "waiting.at_most.value: at most 3650d"),
        ('act_after_due = { value = "', 'act_after_due = { value = "99999999999', "ladder.act_after_due.value: at"),
        ("Asia/Shanghai", "Mars/Base", "policy.zone.value: no such time zone: Mars/Base"),
        ("Asia/Shanghai", "/etc/passwd", "policy.zone.value: no such time zone: /etc/passwd"),
        ('version = "1"', 'version = ""', "policy.version: needs letters, digits"),
        ('version = "1"', 'version = "1/2"', "policy.version: needs letters, digits"),
        ('met_by = ["responded"]', "met_by = []", "limits.first_response.met_by: must name at least one"),
        ("{yyyy}{mm}{dd}{serial:3}", "a/b?{serial:3}", "numbers.complaint.value: may have letters, digits"),
        ("{yyyy}{mm}{dd}{serial:3}", "投{serial:3}", "numbers.complaint.value: may have letters, digits"),
        ("{yyyy}{mm}{dd}{serial:3}", "{day}{serial:3}", "numbers.complaint.value: may have letters, digits"),
    ],
)
def test_what_goes_too_far_is_named_by_its_path(old: str, new: str, mistake: str) -> None:
    assert old in TEXT
    with pytest.raises(PolicyMistake) as refused:
        policies.read("sop", TEXT.replace(old, new, 1))
    assert any(mistake in each for each in refused.value.mistakes), refused.value.mistakes


def test_a_channels_code_stands_in_numbers_and_addresses() -> None:
    text = (policies.HERE / "wks.toml").read_text("utf-8").replace('code = "3"', 'code = "3/"')
    with pytest.raises(PolicyMistake, match=r"channels\.chat\.code: may have letters and digits only"):
        policies.read("wks", text)


def test_ten_years_are_not_too_long() -> None:
    read = policies.read("sop", TEXT.replace('within = "10min"', 'within = "3650d"', 1))
    length = read.document.limits["first_response"].within
    assert length is not None
    assert length.days == 3650
