"""A diagnosis to read: as text, as JSON, as a piece of HTML.

Private, as the diagnosis is: for the support desk's own page. Whatever strangers have
typed is printable when it is recorded, and is escaped here once more for HTML
(ASVS 1.2.1). The HTML is plain: headings, lists and a description list, no style, no
script; it needs no framework and no template engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from html import escape

from securelogin.rules.diagnosis import Diagnosis, Finding

__all__ = ["as_html", "as_json", "as_text"]


def as_text(diagnosis: Diagnosis, /) -> str:
    """Return the diagnosis in lines, such as for a terminal or a ticket."""
    return "\n".join(_lines(diagnosis)) + "\n"


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"Reference  {diagnosis.reference}"
    yield f"Time       {diagnosis.at.isoformat(sep=' ', timespec='seconds')}"
    yield f"Contact    {diagnosis.contact or 'nobody is known'}"
    for finding in diagnosis.findings:
        yield ""
        yield f"{finding.summary} ({finding.cause.value})"
        yield from (f"  - {step}" for step in finding.remedies)
        yield from (f"    {name}: {text}" for name, text in finding.evidence.items())
    if not diagnosis.findings:
        yield from ("", diagnosis.summary)
    yield from ("", "Evidence")
    yield from (f"  {name}: {text}" for name, text in diagnosis.evidence.items())
    if diagnosis.actions:
        yield from ("", "What you may do next")
        for action in diagnosis.actions:
            yield f"  {action.label}: {action.call}({action.argument})"


def as_json(diagnosis: Diagnosis, /) -> str:
    """Return the diagnosis as one JSON object; keys are never given another meaning."""
    draft = diagnosis.draft
    told = {
        "reference": diagnosis.reference,
        "at": diagnosis.at.isoformat(),
        "tenant": diagnosis.tenant,
        "summary": diagnosis.summary,
        "findings": [
            {
                "cause": finding.cause.value,
                "summary": finding.summary,
                "evidence": dict(finding.evidence),
                "remedies": finding.remedies,
            }
            for finding in diagnosis.findings
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
    at = diagnosis.at.isoformat()
    return "".join(
        (
            "<article>",
            f"<h2>{escape(diagnosis.summary)}</h2>",
            f"<p>Reference <code>{escape(diagnosis.reference)}</code></p>",
            f'<p><time datetime="{escape(at)}">{escape(at)}</time></p>',
            *map(_section, diagnosis.findings),
            "<h3>Evidence</h3>",
            _pairs(diagnosis.evidence.items()),
            "<h3>Contact</h3>",
            f"<p>{escape(diagnosis.contact or 'nobody is known')}</p>",
            *_next(diagnosis),
            "</article>",
        )
    )


def _section(finding: Finding) -> str:
    return "".join(
        (
            f"<section><h3>{escape(finding.summary)}</h3>",
            f"<p><code>{escape(finding.cause.value)}</code></p>",
            _items("ol", finding.remedies),
            _pairs(finding.evidence.items()),
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
