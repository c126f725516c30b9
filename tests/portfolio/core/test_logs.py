"""The log: it says where something broke, and nothing of what somebody wrote."""

from __future__ import annotations

import pytest
import structlog
from flask import Flask


def test_an_error_is_printed_without_the_values_at_hand(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        confided = "-".join(("what", "a", "partner", "confided"))
        raise RuntimeError(f"{len(confided)} signs were too many")

    try:
        fail()
    except RuntimeError:
        structlog.get_logger().exception("job.failed", job=7)
    printed = capsys.readouterr().out
    assert "job.failed" in printed
    assert "in fail" in printed
    assert "23 signs were too many" in printed
    assert "what-a-partner-confided" not in printed
