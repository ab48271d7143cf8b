"""A diagnosis to read: as text, as JSON, as a piece of HTML.

Private, as the diagnosis is: for the support desk's own page. Whatever strangers have
typed is printable when it is recorded, and is escaped here once more for HTML
(ASVS 1.2.1). The HTML is plain: headings, lists and a description list, no style, no
script; it needs no framework and no template engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from html import escape

from securelogin.rules.advice import Action
from securelogin.rules.diagnosis import Diagnosis, Obstacle

__all__ = ["as_html", "as_json", "as_text"]


def _as_call(action: Action) -> str:
    return f"{action.call}({action.argument})"


def as_text(
    diagnosis: Diagnosis, /, *, call: Callable[[Action], str] = _as_call
) -> str:
    """Return the diagnosis in lines, such as for a terminal or a ticket.

    Args:
        call: how to write what an action does, where that is not a call from Python.
    """
    return "\n".join(_lines(diagnosis, call)) + "\n"


def _lines(diagnosis: Diagnosis, call: Callable[[Action], str]) -> Iterator[str]:
    yield f"Reference  {diagnosis.reference}"
    yield f"Time       {_told(diagnosis.at)}"
    yield f"Contact    {diagnosis.contact or 'nobody is known'}"
    for obstacle in diagnosis.obstacles:
        yield ""
        yield f"{obstacle.summary} ({obstacle.cause.value})"
        yield from (f"  - {step}" for step in obstacle.remedies)
        yield from (f"    {name}: {text}" for name, text in obstacle.evidence.items())
    if not diagnosis.obstacles:
        yield from ("", diagnosis.summary)
    yield from ("", "Evidence")
    yield from (f"  {name}: {text}" for name, text in diagnosis.evidence.items())
    if diagnosis.actions:
        yield from ("", "What you may do next")
        for action in diagnosis.actions:
            yield f"  {action.label}: {call(action)}"


def as_json(diagnosis: Diagnosis, /) -> str:
    """Return the diagnosis as one JSON object; keys are never given another meaning."""
    draft = diagnosis.draft
    told = {
        "reference": diagnosis.reference,
        "at": diagnosis.at.isoformat(),
        "tenant": diagnosis.tenant,
        "summary": diagnosis.summary,
        "obstacles": [
            {
                "cause": obstacle.cause.value,
                "summary": obstacle.summary,
                "evidence": dict(obstacle.evidence),
                "remedies": obstacle.remedies,
            }
            for obstacle in diagnosis.obstacles
        ],
        "evidence": dict(diagnosis.evidence),
        "remedies": diagnosis.remedies,
        "contact": diagnosis.contact,
        "draft": None if draft is None else asdict(draft),
        "actions": [asdict(action) for action in diagnosis.actions],
    }
    return json.dumps(told)


def as_html(diagnosis: Diagnosis, /) -> str:
    """Return the diagnosis as an HTML <article>, for a page of the portal's own.

    Actions stand there as text: the page makes its own forms, with its own protection
    against forged requests.
    """
    at, told = diagnosis.at.isoformat(), _told(diagnosis.at)
    return "".join(
        (
            "<article>",
            f"<h2>{escape(diagnosis.summary)}</h2>",
            f"<p>Reference <code>{escape(diagnosis.reference)}</code></p>",
            f'<p><time datetime="{escape(at)}">{escape(told)}</time></p>',
            *map(_section, diagnosis.obstacles),
            "<h3>Evidence</h3>",
            _pairs(diagnosis.evidence.items()),
            "<h3>Contact</h3>",
            f"<p>{escape(diagnosis.contact or 'nobody is known')}</p>",
            *_next(diagnosis),
            "</article>",
        )
    )


def _told(at: datetime) -> str:
    return at.isoformat(sep=" ", timespec="seconds")


def _section(obstacle: Obstacle) -> str:
    return "".join(
        (
            f"<section><h3>{escape(obstacle.summary)}</h3>",
            f"<p><code>{escape(obstacle.cause.value)}</code></p>",
            _items("ol", obstacle.remedies),
            _pairs(obstacle.evidence.items()),
            "</section>",
        )
    )


def _next(diagnosis: Diagnosis) -> Iterator[str]:
    if diagnosis.actions:
        yield "<h3>What you may do next</h3>"
        yield _items("ul", (action.label for action in diagnosis.actions))
    if diagnosis.draft is not None:
        yield f"<h3>{escape(diagnosis.draft.subject)}</h3>"
        yield f"<pre>{escape(diagnosis.draft.body)}</pre>"


def _items(kind: str, texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<{kind}>{items}</{kind}>"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs
    )
    # An empty list of descriptions is not valid HTML.
    return f"<dl>{rows}</dl>" if rows else ""
