"""The demo's own templates, around the style sheet of the log-in pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from securelogin.reports import as_html
from securelogin.rules.diagnosis import Diagnosis
from securelogin.web.browsers import browser_name
from securelogin.web.responses import PAGE_HEADERS

__all__ = ["LOG_IN_TEMPLATES", "draw"]

LOG_IN_TEMPLATES = Path(__file__).parent / "log_in"
"""What the log-in pages are drawn with, so that they get the demo's banner too."""


def draw(
    template: str, context: Mapping[str, object], /, *, status: int = 200
) -> HTMLResponse:
    """Return a page of the demo, with the headers that the log-in pages have."""
    html = _TEMPLATES.get_template(f"{template}.html").render(**context)
    return HTMLResponse(html, status, headers=dict(PAGE_HEADERS))


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M UTC")


def _report(diagnosis: Diagnosis) -> Markup:
    return Markup(as_html(diagnosis))  # noqa: S704 -- it escapes whatever was typed


_TEMPLATES = Environment(
    loader=ChoiceLoader(
        [
            PackageLoader("securelogin.demo"),
            PackageLoader("securelogin.demo", "log_in"),
        ]
    ),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(told=_told, report=_report, browser_name=browser_name)
