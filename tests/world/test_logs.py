"""Logs tell what went wrong and where, never what somebody wrote."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from plumbing import logs

PHONE = "13812345678"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    loggers = [logging.getLogger(), *map(logging.getLogger, logs.TALKATIVE)]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers
    structlog.reset_defaults()


def test_an_exceptions_words_stay_out_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", "worker")
    try:
        raise ValueError(f"bad row: {PHONE}") from KeyError(PHONE)
    except ValueError:
        logging.getLogger("library").exception("it failed")
        structlog.get_logger("ours").exception("it failed")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["error"] for line in lines] == ["ValueError", "ValueError"]
    assert [line["cause"] for line in lines] == ["KeyError", "KeyError"]
    assert all("test_logs.py" in line["where"][-1] for line in lines)
    assert all(line["process"] == "worker" for line in lines)
    assert PHONE not in json.dumps(lines)


def test_libraries_that_log_addresses_keep_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug", "api")
    for name in logs.TALKATIVE:
        logging.getLogger(name).info("GET /orders?phone=%s", PHONE)
    assert PHONE not in capsys.readouterr().out
