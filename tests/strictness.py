"""With PORTFOLIO_TEST_STRICT=1 a run in which any test was skipped, expected to fail or left out is a failed run."""

from __future__ import annotations

import os

import pytest

LEFT_OUT = "left_out"


class Strictness:
    """Counts what did not run; under xdist the workers report to the process that decides."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.left_out += [f"deselected: {item.nodeid}" for item in items]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if hasattr(report, "wasxfail"):
            self.left_out.append(f"xfail: {report.nodeid}")
        elif report.skipped:
            self.left_out.append(f"skipped: {report.nodeid}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.left_out.append(f"skipped: {report.nodeid}")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        self.left_out += getattr(node, "workeroutput", {}).get(LEFT_OUT, [])

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[LEFT_OUT] = self.left_out
        elif self.left_out and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for line in sorted(set(self.left_out)):
            terminalreporter.write_line(f"NOT RUN {line}", red=True)


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run where the surroundings ask for it."""
    if os.environ.get("PORTFOLIO_TEST_STRICT") == "1":
        config.pluginmanager.register(Strictness(), "portfolio-strictness")
