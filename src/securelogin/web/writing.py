"""From an answer to a response: HTML or JSON, the cookies and the headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
)

from securelogin.attempts import printable
from securelogin.errors import WiringError
from securelogin.rules.preflight import browser_notice
from securelogin.web.answers import Answer, Front
from securelogin.web.assets import Assets
from securelogin.web.browsers import browser_name
from securelogin.web.cookies import Kind
from securelogin.web.openapi import describe
from securelogin.web.reading import Step, Visit
from securelogin.web.responses import ASSET_HEADERS, PAGE_HEADERS, Response
from securelogin.web.routes import ROUTES
from securelogin.web.texts import said

__all__ = ["Writer"]

_LONGEST_URL = 200


@lru_cache(maxsize=16)
def _environment(own: Path | None) -> Environment:
    """Return the templates, compiled once for all portals that share a folder."""
    ours = PackageLoader("securelogin.web")
    loaders = [ours] if own is None else [FileSystemLoader(own), ours]
    found = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    broken = ""
    for name in found.list_templates(extensions=["html"]):
        try:
            found.get_template(name)
        except TemplateError as error:
            broken = f"{name}: {error}."
    if broken:
        raise WiringError(
            broken, setting="WebSettings(templates=…)", cure="Mend the template."
        )
    return found


class Writer:
    """Writes the responses of one portal. Safe to share between threads."""

    def __init__(self, front: Front, /) -> None:
        self._front = front
        self._portal = front.portal
        # The path of the URL, quoted as it is in links.
        self._prefix = "/" + front.portal.base.split("/", 3)[3]
        self._assets = Assets(front.settings)
        self._templates = _environment(front.settings.templates)
        # Handed to each page, not to the templates: portals share those.
        self._shared: Mapping[str, Any] = {
            "portal": self._portal,
            "contact": front.portal.contact,
            "url": {route.page: self._prefix + route.path for route in ROUTES},
            "asset": {
                name: f"{self._prefix}assets/{known}"
                for name, known in self._assets.names.items()
            },
            "minimum": front.policy.shortest,
            "browser_name": browser_name,
        }
        self._hsts: tuple[tuple[str, str], ...] = ()
        if front.settings.hsts is not None and front.portal.url_parts.scheme == "https":
            seconds = int(front.settings.hsts.total_seconds())
            self._hsts = (("Strict-Transport-Security", f"max-age={seconds}"),)

    def write(self, visit: Visit, answer: Answer, /) -> Response:
        """Return the response for an answer, in the format of the visit."""
        match visit.step:
            case Step.ASSET:
                return self._asset(visit)
            case Step.DESCRIBE:
                return self._json(visit, answer, describe(self._portal), language="en")
            case _ if visit.is_api:
                return self._json(visit, answer, answer.data, language=visit.language)
            case _ if answer.place is not None:
                return self._redirect(visit, answer)
            case _:
                return self._html(visit, answer)

    # -- formats --

    def _html(self, visit: Visit, answer: Answer) -> Response:
        browser = answer.browser or visit.browser
        page = self._templates.get_template(f"{answer.template}.html")
        html = page.render(
            **{**_BLANK, **self._shared, **answer.context},
            t=self._teller(visit.language),
            language=visit.language,
            browser_notice=browser_notice(visit.client, policy=self._front.policy),
            form_token=self._front.jar.form_token(browser).reveal(),
            report=_report(visit, answer),
        )
        return self._response(
            visit,
            answer,
            status=answer.status,
            headers=(
                ("Content-Type", "text/html; charset=utf-8"),
                *_spoken(visit.language),
            ),
            body=html.encode("utf-8"),
        )

    def _json(
        self, visit: Visit, answer: Answer, data: Mapping[str, Any], *, language: str
    ) -> Response:
        text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
        return self._response(
            visit,
            answer,
            status=answer.status,
            headers=(("Content-Type", "application/json"), *_spoken(language)),
            body=text.encode("ascii"),
        )

    def _redirect(self, visit: Visit, answer: Answer) -> Response:
        target = f"{self._portal.base}{answer.place}"
        return self._response(
            visit, answer, status=303, headers=(("Location", target),), body=b""
        )

    def _asset(self, visit: Visit) -> Response:
        found = self._assets.get(visit.name)
        if found is None:
            return self._html(
                visit,
                Answer(
                    status=404, template="problem", context={"problem": "not_found"}
                ),
            )
        kind, content = found
        return Response(
            status=200,
            headers=(("Content-Type", kind), *ASSET_HEADERS, *self._hsts),
            body=b"" if visit.is_head else content,
            length=len(content),
        )

    def _response(
        self,
        visit: Visit,
        answer: Answer,
        *,
        status: int,
        headers: tuple[tuple[str, str], ...],
        body: bytes,
    ) -> Response:
        # Set each time, so that no answer differs by it from another.
        named = answer.browser or visit.browser
        browser = self._front.jar.keep(Kind.BROWSER, named)
        return Response(
            status=status,
            headers=(*headers, *answer.headers, *PAGE_HEADERS, *self._hsts),
            cookies=(browser, *answer.cookies),
            body=b"" if visit.is_head else body,
            length=len(body),
        )

    def _teller(self, language: str) -> Callable[..., str]:
        texts = self._front.settings.texts

        def tell(code: str, /, **values: object) -> str:
            return said(texts, code, language, **values)

        return tell


_BLANK: Mapping[str, Any] = {
    "address": "",
    "asks": "both",
    "checks": (),
    "failure": None,
    "has_message": False,
    "notice": "",
    "ordered": None,
    "own": "",
    "page": None,
    "problem": "",
    "problems": (),
    "sessions": (),
    "solutions": (),
}


def _spoken(language: str) -> tuple[tuple[str, str], ...]:
    # Whoever might keep an answer must not give it to a reader of another language.
    return (("Content-Language", language), ("Vary", "Accept-Language"))


def _report(visit: Visit, answer: Answer) -> list[tuple[str, str]]:
    """Return what support asks for, by the code of its name; nothing but an echo."""
    failure = answer.context.get("failure")
    if failure is None:
        return []
    lines = [
        ("report.reference", failure.reference),
        ("report.time", visit.at.strftime("%Y-%m-%d %H:%M:%S UTC")),
        ("report.url", printable(visit.url, most=_LONGEST_URL)),
        ("report.browser", browser_name(visit.client.user_agent)),
        ("report.user_agent", visit.client.user_agent),
        ("report.address", answer.context.get("address", "")),
    ]
    return [(code, text) for code, text in lines if text]
