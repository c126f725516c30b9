"""Makes the application of what faculty assemble. The only place that knows all of this package's rooms."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from portfolio.accounts import sessions
from portfolio.config import ROOT, Config, load_config
from portfolio.core import inspection, migrate, rooms, sealed
from portfolio.core.db import init_db
from portfolio.core.hooks import Hooks
from portfolio.core.i18n.catalogs import register_catalogs
from portfolio.core.logs import init_logs
from portfolio.core.web.setup import init_web
from portfolio.core.web.throttle import init_throttle

PACKAGE = "portfolio"

# Lowest first: a room may import those before it, never those after it.
GROUND = ("core.storage", "core.jobs", "core.audit", "core.mail", "core.web")
ROOMS = (
    "accounts",
    "organizations",
    "organizations.delegations",
    "criteria",
    "calls",
    "record",
    "works",
    "works.participation",
    "works.participation.signing",
    "works.indicators",
    "works.missions",
    "works.dissemination",
    "works.bibliography",
    "works.sections",
    "partners",
    "partners.confirmations",
    "evidence",
    "evidence.uploads",
    "portfolios",
    "portfolios.self_assessment",
    "submissions",
    "dossier",
    "transfer",
    "transfer.packages",
    "transfer.personal",
    "home",
    "admin",
)


def load_models() -> None:
    """Import every table of this package."""
    rooms.load_models(PACKAGE, GROUND + ROOMS)


def create_app(config: Config | None = None) -> Flask:
    """An application that assembles, submits and prints portfolios. Review is added by `review.app.init_app`."""
    config = config or load_config()
    init_logs()
    app = Flask("portfolio", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https:"),
    )
    hooks = Hooks()
    app.extensions["config"] = config
    app.extensions["hooks"] = hooks
    load_models()
    init_db(app, config.database_url)
    init_web(app, public_url=config.public_url, trusted_hosts=config.trusted_hosts, sample_data=config.sample_data)
    migrate.register(hooks)
    inspection.register(hooks)
    sealed.register(hooks)
    sessions.init_app(app)
    init_throttle(app, enabled=True)
    rooms.furnish(app, hooks, PACKAGE, GROUND + ROOMS)
    register_catalogs(app, Path(__file__).parent)
    return app
