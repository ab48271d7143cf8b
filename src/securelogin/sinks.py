"""Who is told what happens: standard logging, and callables of the portal's own.

A sink that fails changes no outcome: it is counted, and the next one is told (ASVS
16.5.3; OWASP Logging Cheat Sheet). Not in here: OpenTelemetry (`telemetry`), and the
tamper-evident trail (`audit_trail` of either colour).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Concatenate, ParamSpec, cast

from securelogin.errors import WiringError
from securelogin.events import Event, Sink
from securelogin.keyring import KeyRing
from securelogin.several import taken

__all__ = ["LOGGER_NAME", "EventLog", "ShownAddress", "ShownClient", "Sinks"]

P = ParamSpec("P")

LOGGER_NAME = "securelogin.events"
"""The logger that events go to, unless another one is given."""
_SILENT: frozenset[type] = frozenset({logging.NullHandler})


class ShownAddress(StrEnum):
    """How a log shows whose attempt it was."""

    HASH = "hash"
    TYPED = "typed"
    NOTHING = "nothing"


class ShownClient(StrEnum):
    """Whether a log shows IP address and browser."""

    PLAIN = "plain"
    NOTHING = "nothing"


class EventLog:
    """A sink that writes to standard logging, each event with structured fields.

    The message is `kind:who`, as OWASP's vocabulary has it; the fields are attributes
    of the `LogRecord`, and so in every structured formatter: `event`, `event_at`,
    `operation`, `tenant`, `account`, `address`, `causes`, `reference`, `portal`,
    `link`, `ip`, `user_agent`, `facts`. Refusals are WARNING, whatever the cause: a
    level that differed would cost different work. All else is INFO.

    Args:
        logger: where to; `securelogin.events` by default.
        address: a keyed hash by default, which is the same each time and tells nobody
            the address.
        client: IP address and browser are personal data too.
    """

    def __init__(
        self,
        logger: logging.Logger | None = None,
        /,
        *,
        address: ShownAddress = ShownAddress.HASH,
        client: ShownClient = ShownClient.PLAIN,
    ) -> None:
        self._logger = logger or logging.getLogger(LOGGER_NAME)
        self._address = ShownAddress(address)
        self._client = ShownClient(client)

    def is_listening(self) -> bool:
        """Tell whether a record would be written anywhere.

        Python's handler of last resort does not count: where an application has not
        set logging up, no line of ours appears on its standard error.
        """
        logger: logging.Logger | None = self._logger
        if not self._logger.isEnabledFor(logging.WARNING):
            return False
        while logger is not None:
            handlers = logger.handlers
            if handlers and not _SILENT.issuperset(map(type, handlers)):
                return True
            logger = logger.parent if logger.propagate else None
        return False

    def __call__(self, event: Event, /) -> None:
        """Write one event."""
        level = logging.WARNING if event.causes else logging.INFO
        if self._logger.isEnabledFor(level):
            self._logger.log(
                level, "%s:%s", event.kind.value, event.who, extra=self._fields(event)
            )

    def _fields(self, event: Event) -> dict[str, object]:
        fields: dict[str, object] = event.without_person()
        # `LogRecord` has a time of its own, which is when it was written.
        fields["event_at"] = fields.pop("at")
        fields["address"] = {
            ShownAddress.HASH: event.address,
            ShownAddress.TYPED: event.typed,
            ShownAddress.NOTHING: "",
        }[self._address]
        is_shown = self._client is ShownClient.PLAIN
        fields["ip"] = event.ip if is_shown else ""
        fields["user_agent"] = event.user_agent if is_shown else ""
        return fields


def _always() -> bool:
    return True


def _listening(sink: object) -> Callable[[], bool]:
    """Return what tells whether a sink wants to be told just now."""
    if not callable(sink):
        raise WiringError(
            f"{type(sink).__name__} cannot be called.",
            setting="sinks",
            cure="Pass callables that take an Event, such as EventLog().",
        )
    return sink.is_listening if isinstance(sink, EventLog) else _always


class Sinks:
    """Tell every sink, whatever the others do. Safe for concurrent callers.

    Raises:
        WiringError: these are not several, or one of them cannot be called.
    """

    def __init__(self, sinks: Iterable[Sink], /) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        given = taken(sinks)
        if given is None:
            raise WiringError(
                f"expected several, not one {type(sinks).__name__}.",
                setting="sinks",
                cure="Pass a tuple of callables, such as sinks=(EventLog(),).",
            )
        self._sinks = tuple((cast("Sink", sink), _listening(sink)) for sink in given)

    @property
    def failures(self) -> int:
        """How often a sink has failed since the start."""
        return self._failures

    def tell(
        self,
        keys: KeyRing,
        make: Callable[Concatenate[KeyRing, P], Event],
        /,
        *of: P.args,
        **more: P.kwargs,
    ) -> None:
        """Make an event, if there is anybody to be told, and tell them.

        An `EventLog` is told while it listens; any other is told everything.
        """
        told = [sink for sink, listens in self._sinks if listens()]
        if not told:
            return
        event = make(keys, *of, **more)
        for sink in told:
            try:
                sink(event)
            except Exception:  # noqa: BLE001 -- no log may decide a log-in
                # Its text may quote the event, and whoever would write it down may be
                # what has just failed: it is counted.
                with self._lock:
                    self._failures += 1
