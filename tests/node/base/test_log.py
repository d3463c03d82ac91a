"""Nothing that people said or keep secret reaches the log."""

import io
import json
import logging

import pytest
import structlog

from node.base.config import LogSettings
from node.base.log import set_up_logging

CANARY = "canary5f1e"
SECRETS = {
    "authorization": f"Bearer {CANARY}",
    "token": CANARY,
    "password": CANARY,
    "cookie": f"hedgerow_session={CANARY}",
    "email": f"{CANARY}@group.example",
    "content": f"<p>{CANARY}</p>",
    "body": CANARY,
    "headers": {"Authorization": CANARY},
    "signature": CANARY,
}


@pytest.fixture
def out():
    before = structlog.get_config()
    stream = io.StringIO()
    set_up_logging(LogSettings(format="json", level="debug"), stream)
    yield stream
    structlog.configure(**before)
    logging.getLogger().handlers.clear()


@pytest.mark.threat("T100")
def test_what_must_not_be_logged_is_taken_out(out):
    structlog.get_logger().info("something_happened", **SECRETS)
    structlog.get_logger().info("said", reason=f"Authorization: Bearer {CANARY} was wrong")

    assert CANARY not in out.getvalue()
    assert "something_happened" in out.getvalue()


@pytest.mark.threat("T100")
def test_an_error_is_logged_with_its_kind_and_place_and_not_its_message(out):
    try:
        raise ValueError(f"cannot store {CANARY}")
    except ValueError:
        structlog.get_logger().exception("request_failed")

    event = json.loads(out.getvalue())
    assert CANARY not in out.getvalue()
    assert event["error"] == "ValueError"
    assert "test_log.py" in event["frames"][-1]


@pytest.mark.threat("T100")
def test_what_libraries_say_is_not_passed_on(out):
    logging.getLogger("aiohttp.server").error("Error handling request %s", CANARY)

    assert CANARY not in out.getvalue()
    assert "aiohttp.server" in out.getvalue()
