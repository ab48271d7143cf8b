"""Make docs/reference/events.md from the code, or check that it is what this makes.

`python scripts/event_page.py --write` writes the page; `--check` fails if it differs.
"""

# ruff: noqa: E501 -- a sentence of the page stands on one line

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from securelogin.attempts import Operation
from securelogin.audit import AuditRecord, Flaw
from securelogin.events import OWASP, Event, EventKind
from securelogin.keyring import KeyRing
from securelogin.outcomes import Cause
from securelogin.rules.events import login_event, operation_event
from securelogin.rules.login import Refuse
from securelogin.testing.values import attempt

# As a script it would find its neighbour, and the tests would not: so from the root.
sys.path.insert(0, str(Path(__file__).parent.parent))

from scripts.pages import written_or_current

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "events.md"

HEAD = """\
# Events and the audit trail

Everything that happens is told once, by one call in the flow, to every *sink*:
a callable that takes one `securelogin.events.Event`.
This page is made from the code by `python scripts/event_page.py --write`, and CI checks it.
[Operate](../how-to/operate.md) says what to do with it.

## Sinks

| sink | where it goes |
|---|---|
| `securelogin.sinks.EventLog` | standard logging, logger `securelogin.events`; the default |
| `securelogin.flows.audit_trail.AuditTrail`, `securelogin.aio.audit_trail.AsyncAuditTrail` | the store, sealed; its own `purge` [shortens it](../how-to/keep-and-purge-data.md#purge) |
| `securelogin.telemetry.Telemetry` | OpenTelemetry (extra `otel`): spans, and the metrics `securelogin.events` and `securelogin.duration` |
| a callable of your own | wherever you like; it must not wait |

A sink that fails changes no outcome; `auth.installation.sinks.failures` counts how often one did.
Other loggers of the library: `securelogin.audit` (the trail cannot be stored),
`securelogin.courier` (what became of its rounds), `securelogin.decoys` (unknown addresses do not follow the stored hashes, or not the newest),
`securelogin.web` (outages).

## What a log shows

A log never holds a password, a token, a link or a hash of one.
An address stands there as a keyed hash, which is the same each time:
`EventLog(address=ShownAddress.TYPED)` shows the address itself, `NOTHING` not even the hash.
`EventLog(client=ShownClient.NOTHING)` leaves out IP address and browser.
The audit trail keeps the hash, IP address and browser, apart from the rest, and they go when the person is erased.
Control characters, line ends and invisible characters have been replaced before an event is made.
Every refusal is a WARNING, whatever its cause, and everything else INFO:
OWASP's levels differ by event, and would make one refusal cost more than another.

## Fields
"""

AUDIT = """
## The audit trail

Each process that writes has a chain of its own, and each record holds the seal of the one before.
A seal is HMAC-SHA-256 under a key that is derived from the key ring, over everything but what tells who it was;
of that it covers a digest with a random salt, so that a person can be erased and the chain still holds.
`securelogin audit verify` reads it all again.

What it finds:
"""

FOUND = {
    Flaw.FORGED: "a record was changed, put in, or sealed with a key that is not in the ring.",
    Flaw.MISSING: "records were there, in the beginning, in the middle or at the end, and no purge has taken them.",
    Flaw.OPEN: "no closing record: the process runs, was killed, or its last records were cut off.",
}

TAIL = """
What it cannot find: that the newest records of all were cut off, where no other process has begun since.
Keep what `securelogin audit verify --json` prints elsewhere, and hand it to the next run with `--kept`.
Nor does it find what somebody does who has the keys.
Records are stored a second after the event at most (`audit_writing`); what a killed process had not stored yet is lost,
and its chain stays open. The attempt log has those attempts.

```{eval-rst}
.. autoclass:: securelogin.audit.AuditRecord
   :no-members:
.. autoclass:: securelogin.audit.AuditReport
   :no-members:
```
"""


def page() -> str:
    """Return the page."""
    parts = [HEAD, *_fields(), "", *_kinds(), "", *_causes(), AUDIT]
    parts += [f"- `{flaw.value}`: {FOUND[flaw]}" for flaw in Flaw]
    columns = ", ".join(f"`{field.name}`" for field in fields(AuditRecord))
    return "\n".join([*parts, f"\nIts columns: {columns}.", TAIL])


def _fields() -> Iterator[str]:
    names = ", ".join(f"`{field.name}`" for field in fields(Event))
    yield f"Of an event: {names}."
    yield ""
    yield "In a `LogRecord` they are attributes: `event` for the kind, `event_at` for the time, the others by their names."


def _kinds() -> Iterator[str]:
    yield "## Names"
    yield ""
    yield (
        "OWASP's, from its [Logging Vocabulary Cheat Sheet]"
        "(https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html):"
    )
    yield ""
    yield from (f"- `{kind.value}`" for kind in EventKind if kind in OWASP)
    yield ""
    yield "Our own, where it has none:"
    yield ""
    yield from (f"- `{kind.value}`" for kind in EventKind if kind not in OWASP)


def _causes() -> Iterator[str]:
    """Say which event each cause is, as the rules say it."""
    keys = KeyRing(KeyRing.new_key())
    yield "## What a refusal is told as"
    yield ""
    yield "By its first cause, at a log-in and when a link is opened:"
    yield ""
    yield "| cause | at a log-in | at a link |"
    yield "|---|---|---|"
    for cause in Cause:
        login = login_event(keys, Refuse(causes=(cause,)), attempt(causes=(cause,)))
        link = operation_event(
            keys, attempt(causes=(cause,), operation=Operation.LINK_OPENED)
        )
        yield f"| `{cause.value}` | `{login.kind.value}` | `{link.kind.value}` |"


def main(arguments: list[str]) -> int:
    """Write or check the page; 1 if it is out of date."""
    return 0 if written_or_current(PAGE, page(), arguments) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
