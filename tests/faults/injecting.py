"""Fail at one call of an adapter, as an adapter may fail."""

from __future__ import annotations

import asyncio
import inspect
from enum import StrEnum
from typing import Any

from securelogin.errors import Unavailable

PARTS = (
    "accounts",
    "credentials",
    "links",
    "sessions",
    "counters",
    "attempts",
    "outbox",
    "retention",
    "audit",
)


class Fault(StrEnum):
    """What happens at the call that is chosen."""

    UNAVAILABLE = "unavailable"
    TIME_OUT = "time-out"
    AFTER_COMMIT = "commit then raise"


class Injector:
    """Number the calls of all adapters; fail at one of them while armed."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._at: int | None = None
        self._fault = Fault.UNAVAILABLE

    def arm(self, at: int | None, fault: Fault = Fault.UNAVAILABLE) -> None:
        """Fail at this call, counted from now; at None, only listen."""
        self.heard = []
        self._at, self._fault = at, fault

    def disarm(self) -> list[str]:
        """Fail no more; return what was called since `arm`."""
        self._at = None
        return [*self.heard]

    def wrap(self, part: str, adapter: Any) -> Any:
        return _Failing(self, part, adapter)

    def strikes(self, name: str) -> Fault | None:
        self.heard.append(name)
        return self._fault if len(self.heard) - 1 == self._at else None


class _Failing:
    def __init__(self, injector: Injector, part: str, adapter: Any) -> None:
        self._injector, self._part, self._adapter = injector, part, adapter

    def __getattr__(self, verb: str) -> Any:
        method = getattr(self._adapter, verb)
        name = f"{self._part}.{verb}"
        if verb == "sample":
            # Called by time, not by an operation (test_decoys: what fails is told).
            return method

        def called(*args: Any, **options: Any) -> Any:
            fault = self._injector.strikes(name)
            if fault is Fault.TIME_OUT:
                message = f"{name} took too long"
                raise TimeoutError(message)
            if fault is Fault.UNAVAILABLE:
                raise away(name)
            answer = method(*args, **options)
            if fault is Fault.AFTER_COMMIT:
                raise away(name)
            return answer

        async def awaited(*args: Any, **options: Any) -> Any:
            fault = self._injector.strikes(name)
            if fault is Fault.TIME_OUT:
                # What a deadline of the web server does to a request.
                asyncio.current_task().cancel()  # type: ignore[union-attr]
                await asyncio.sleep(0)
            if fault is Fault.UNAVAILABLE:
                raise away(name)
            answer = await method(*args, **options)
            if fault is Fault.AFTER_COMMIT:
                raise away(name)
            return answer

        return awaited if inspect.iscoroutinefunction(method) else called


def away(name: str) -> Unavailable:
    part, _, verb = name.partition(".")
    return Unavailable("the test took it away", adapter=part, verb=verb)


class Failing:
    """A store whose parts all fail as one injector says."""

    def __init__(self, store: Any, injector: Injector) -> None:
        for part in PARTS:
            setattr(self, part, injector.wrap(part, getattr(store, part)))
        self.login_reads = injector.wrap("login_reads", store.login_reads)
        self.login_reads.joins = (self.accounts, self.credentials, self.links)
        self.session_reads = injector.wrap("session_reads", store.session_reads)
        self.session_reads.joins = (self.sessions, self.accounts, self.credentials)
