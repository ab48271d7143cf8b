"""Ask an adapter, and say in its author's words what is wrong with the answer.

Every failure of a contract is an `AssertionError` whose first line is what to mend.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from securelogin.errors import Unavailable

__all__ = [
    "all_same",
    "ask",
    "no",
    "number",
    "real",
    "same",
    "total",
    "unavailable",
    "yes",
]

Verb = Callable[..., Any]


def ask(verb: Verb, /, *args: Any, **options: Any) -> Any:
    """Call a verb; whatever it raises is a failure of the contract."""
    __tracebackhide__ = True
    try:
        return verb(*args, **options)
    except Exception as error:
        message = (
            f"{_name(verb)}() raised {type(error).__name__}. It has an answer for "
            "everything it is asked; only a backend that is away may raise, and then "
            "Unavailable."
        )
        raise AssertionError(message) from error


def real(answer: object, kind: type, /, *, verb: str) -> None:
    """Check that an answer is what the verb promises, and not something like it."""
    __tracebackhide__ = True
    if inspect.iscoroutine(answer):
        answer.close()
        message = (
            f"{verb}() answered with a coroutine that nobody awaits, and a coroutine "
            "is true: every No would be taken for a Yes. Make the method `async def`, "
            "or wait for the driver inside it."
        )
        raise AssertionError(message)
    counts = kind is bool and type(answer) is int
    assert type(answer) is kind, (
        f"{verb}() answered with {type(answer).__name__}, and promises "
        f"{kind.__name__}."
        + (" Do not hand on a row count: return `count == 1`." if counts else "")
    )


def yes(verb: Verb, /, *args: Any, why: str) -> None:
    """Check that a verb answers True; *why* it should."""
    __tracebackhide__ = True
    answer = ask(verb, *args)
    real(answer, bool, verb=_name(verb))
    assert answer is True, f"{_name(verb)}() answered False. {why}"


def no(verb: Verb, /, *args: Any, why: str) -> None:
    """Check that a verb answers False; *why* it should."""
    __tracebackhide__ = True
    answer = ask(verb, *args)
    real(answer, bool, verb=_name(verb))
    assert answer is False, f"{_name(verb)}() answered True. {why}"


def number(verb: Verb, /, *args: Any, **options: Any) -> int:
    """Return the real `int` that a verb answers with."""
    __tracebackhide__ = True
    answer = ask(verb, *args, **options)
    real(answer, int, verb=_name(verb))
    return int(answer)


def total(counters: Any, key: str, /, *, at: datetime, window: timedelta) -> int:
    """Return the real new total of one key that is counted alone."""
    __tracebackhide__ = True
    answer = ask(counters.hit, {key: window}, at=at)
    assert isinstance(answer, Mapping), (
        f"hit() answered with {type(answer).__name__}, not with a mapping. {_TOTALS}"
    )
    assert set(answer) == {key}, (
        f"hit() of {key!r} answered with totals of {sorted(answer)}. {_TOTALS}"
    )
    real(answer[key], int, verb="hit")
    return int(answer[key])


def unavailable(verb: Verb, /, *args: Any, **options: Any) -> None:
    """Check that a verb raises `Unavailable` when its backend is away."""
    __tracebackhide__ = True
    name = _name(verb)
    try:
        answer = verb(*args, **options)
    except Unavailable:
        return
    except Exception as error:
        message = (
            f"{name}() let {type(error).__name__} through while its backend is away. "
            "Catch the driver's errors and raise Unavailable(…, adapter=…, verb=…) "
            "`from None`: drivers quote rows in theirs."
        )
        raise AssertionError(message) from error
    message = (
        f"{name}() answered {answer!r} while its backend is away. An outage is no "
        "answer: do not swallow the driver's error, raise Unavailable."
    )
    raise AssertionError(message)


def same(expected: Any, found: Any, /, *, what: str) -> None:
    """Check that a value came back as it went in, every field and its type."""
    __tracebackhide__ = True
    assert found is not None, f"{what}: nothing came back. {_MISSING}"
    wrong = list(_differences(expected, found, type(expected).__name__))
    assert not wrong, f"{what}: " + "; ".join(wrong)


def all_same(expected: Any, found: Any, /, *, what: str) -> None:
    """Check that a sequence of values came back whole and in its order."""
    __tracebackhide__ = True
    assert isinstance(found, (list, tuple)), (
        f"{what}: answered with {type(found).__name__}. Return a list or a tuple."
    )
    assert len(expected) == len(found), (
        f"{what}: {len(found)} came back, not {len(expected)}."
    )
    for n, (one, other) in enumerate(zip(expected, found, strict=True)):
        # Another one in its place is no matter of its fields.
        is_elsewhere = one in found or other in expected
        assert one == other or not is_elsewhere, (
            f"{what}: place {n + 1} holds another one than it should. Sort in the "
            "backend, and cut off what is too many when it is sorted."
        )
        same(one, other, what=what)


_MISSING = (
    "A record stays and is found until it is purged, also when it has expired, was "
    "spent or has ended: the rules judge that, and support has to tell them apart."
)


_TOTALS = "Return a dict: each key that was given, with its new total."


def _name(verb: Verb) -> str:
    return getattr(verb, "__name__", type(verb).__name__)


def _differences(expected: Any, found: Any, path: str) -> Iterator[str]:
    if is_dataclass(expected) and isinstance(found, type(expected)):
        for field in fields(expected):
            yield from _differences(
                getattr(expected, field.name),
                getattr(found, field.name),
                f"{path}.{field.name}",
            )
    elif isinstance(expected, tuple) and isinstance(found, tuple):
        if len(expected) != len(found):
            yield f"{path} has {len(found)} members, not {len(expected)}"
            return
        for n, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(one, other, f"{path}[{n}]")
    elif not isinstance(found, type(expected)) or expected != found:
        advice = _advice(expected, found)
        yield f"{path} went in as {expected!r} and came back as {found!r}. {advice}"


def _advice(expected: Any, found: Any) -> str:
    if isinstance(expected, datetime) and isinstance(found, datetime):
        if found.utcoffset() is None:
            return "Give times back aware, in UTC."
        near = abs(expected - found) < timedelta(seconds=1)
        return "Keep microseconds." if near else "Store times in UTC."
    if not isinstance(found, type(expected)):
        return f"Make it {type(expected).__name__} again: answers are compared by `is`."
    if isinstance(expected, str):
        return "Store text as it is: no trimming, folding, cutting or normalising."
    return "Store every field."
