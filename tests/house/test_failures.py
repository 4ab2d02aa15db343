"""Every failure of others on our list is answered: by tests there are, by a reason, or by the issue that comes."""

from tools.failures_page import known_tests, listed

KNOWN = 63
"""So many are on the list; clocks, calendars, duplicates, approvals and deputies are most of them."""

LATER = {"14", "24", "25", "54", "55"}
"""Merging, links that expire and retention are to come; everything else is here."""


def test_every_failure_is_listed_in_its_order_with_thread_and_words() -> None:
    assert list(listed()) == [str(number) for number in range(1, KNOWN + 1)]
    assert all(each["thread"] and each["wrong"] for each in listed().values())


def test_every_failure_has_a_test_a_reason_or_an_issue_that_brings_it() -> None:
    answers = {number: set(each) - {"thread", "wrong"} for number, each in listed().items()}
    assert all(answer and answer <= {"tests", "why", "later"} for answer in answers.values())
    assert {number for number, answer in answers.items() if answer == {"later"}} == LATER


def test_every_test_that_is_named_exists_and_is_named_once_a_row() -> None:
    there = known_tests()
    for number, each in listed().items():
        named = each.get("tests", [])
        assert [test for test in named if test not in there] == [], number
        assert len(named) == len(set(named)), number
        assert named or "tests" not in each, number
