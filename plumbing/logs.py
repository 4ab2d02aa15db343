"""Logs as one JSON object a line, without personal data.

What someone wrote must never reach a log. An exception's message may quote a row, an address or a
payload, so of an exception only its type and the places it passed are kept; libraries that log the
addresses they call are told to keep quiet.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping

import structlog

TALKATIVE = ("httpx2", "httpcore2", "httpx", "httpcore", "mail.log", "uvicorn.access", "asyncio")
DEEPEST_FRAMES = 12


def configure(level: str, process: str) -> None:
    """Send everything this process logs, also through the standard library, to stdout as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _only_type_and_place,
        _name_the_process(process),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=repr),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _only_type_and_place(
    logger: object, method: str, event: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    event.pop("stack_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        frames = traceback.extract_tb(error.__traceback__)[-DEEPEST_FRAMES:]
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__qualname__
    return event


def _name_the_process(process: str) -> structlog.typing.Processor:
    def name(logger: object, method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
        event["process"] = process
        return event

    return name
