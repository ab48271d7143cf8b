"""What a stranger, and whoever watches the machine, can see; and where two sights part.

Nothing here knows what an answer should be: it holds one against another.
"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from securelogin.outcomes import Overloaded, Refused, ResetRequested

__all__ = ["ARGON2", "Seen", "differences", "seen_of"]

ARGON2 = "argon2"
"""How a run of Argon2 stands in a trace."""

_AROUND = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answer, and the work behind it as far as it could be watched.

    Attributes:
        kind: the kind of outcome, or the HTTP status.
        headers: names in lower case and values, in the order in which they came.
        body: the bytes of the answer, without what is random in it.
        trace: calls of adapters and runs of Argon2, in order; empty over HTTP.
    """

    kind: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    trace: tuple[str, ...] = ()


def seen_of(answer: object, /, *, trace: Sequence[str] = ()) -> Seen:
    """Return what is seen of an outcome of the library: every field that is told."""
    told = _without_chance(answer)
    fields: Any = (
        dataclasses.asdict(told)
        if dataclasses.is_dataclass(told) and not isinstance(told, type)
        else told
    )
    return Seen(
        kind=type(answer).__name__,
        body=json.dumps(fields, sort_keys=True, default=str).encode(),
        trace=tuple(trace),
    )


def _without_chance(answer: object) -> object:
    """Blank the reference and the mark: random, but of one length."""
    match answer:
        case Refused(public=public) | Overloaded(public=public):
            blank = dataclasses.replace(public, reference=_blank(public.reference))
            return dataclasses.replace(answer, public=blank)
        case ResetRequested(reference=reference, mark=mark):
            return dataclasses.replace(
                answer, reference=_blank(reference), mark=_blank(mark)
            )
        case _:
            return answer


def _blank(text: str) -> str:
    return "·" * len(text)


def differences(seen: Seen, usual: Seen, /) -> tuple[str, ...]:
    """Say where a sight parts from the usual one, and what to mend; () for nowhere."""
    return (
        *_kind(seen, usual),
        *_headers(seen, usual),
        *_body(seen, usual),
        *_argon2(seen, usual),
        *_calls(seen, usual),
    )


def _kind(seen: Seen, usual: Seen) -> Iterator[str]:
    if seen.kind != usual.kind:
        yield (
            f"answers {seen.kind} instead of {usual.kind}: "
            "give every refusal the same kind of answer and the same status"
        )


def _headers(seen: Seen, usual: Seen) -> Iterator[str]:
    here, there = Counter(seen.headers), Counter(usual.headers)
    for name, value in here - there:
        yield (
            f"sends the header {name}: {value!r}: "
            "send the same headers with every refusal"
        )
    for name, value in there - here:
        yield (
            f"does not send the header {name}: {value!r}: "
            "send the same headers with every refusal"
        )
    if here == there and seen.headers != usual.headers:
        yield "sends the headers in another order: build all answers in one place"


def _body(seen: Seen, usual: Seen) -> Iterator[str]:
    if seen.body == usual.body:
        return
    if len(seen.body) != len(usual.body):
        yield (
            f"the body has {len(seen.body)} bytes instead of {len(usual.body)}: "
            "an encrypted connection still shows the length; fill the page from the "
            "public answer alone"
        )
    at = next(
        (
            n
            for n, (a, b) in enumerate(zip(seen.body, usual.body, strict=False))
            if a != b
        ),
        min(len(seen.body), len(usual.body)),
    )
    part = slice(max(0, at - _AROUND), at + _AROUND)
    yield (
        f"the body differs from byte {at}: {seen.body[part]!r} instead of "
        f"{usual.body[part]!r}: show nothing but the public answer; if this part is "
        "random, name it in `chance`"
    )


def _argon2(seen: Seen, usual: Seen) -> Iterator[str]:
    here, there = seen.trace.count(ARGON2), usual.trace.count(ARGON2)
    if here != there:
        yield (
            f"Argon2 ran {here} times instead of {there}: check a secret against a "
            "stand-in where there is nothing to check it against"
        )


def _calls(seen: Seen, usual: Seen) -> Iterator[str]:
    here = Counter(call for call in seen.trace if call != ARGON2)
    there = Counter(call for call in usual.trace if call != ARGON2)
    for call, times in (here - there).items():
        yield (
            f"{call} was called {times} times more: ask for a stand-in where there is "
            "no account, so that every refusal makes the same calls"
        )
    for call, times in (there - here).items():
        yield (
            f"{call} was called {times} times less: make no call depend on what the "
            "one before has found"
        )
    if seen.trace != usual.trace and Counter(seen.trace) == Counter(usual.trace):
        yield (
            f"calls come in another order: {', '.join(seen.trace)} instead of "
            f"{', '.join(usual.trace)}: keep one order for all"
        )
