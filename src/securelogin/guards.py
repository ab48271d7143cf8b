"""Hold adapters to their promises: one colour, real answers, the row asked for.

A coroutine is true. A sync service handed an async store would take every "no" for a
"yes", so the colour is checked when it is wired, and each answer when it comes: a
`bool` that is one, the type that was promised, the key that was asked for (threats
F-69). What breaks a promise raises `AdapterError`: nobody is logged in by it.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from securelogin.accounts import Account
from securelogin.addresses import AddressKey
from securelogin.attempts import AttemptRecord
from securelogin.credentials import Credential
from securelogin.errors import AdapterError, WiringError
from securelogin.evidence import LoginRows
from securelogin.links import RecipientLink
from securelogin.sessions import Session, SessionRows
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL

__all__ = ["guarded"]

P = TypeVar("P")
Test = Callable[[Any, tuple[Any, ...]], bool]


def guarded(adapter: P, protocol: type, /, *, setting: str) -> P:
    """Return *adapter* behind a guard that has the methods of *protocol* only.

    Raises:
        WiringError: a method is missing, or of the other colour. Names *setting*.
    """
    guard = _Guard()
    for verb, promised in _verbs(protocol):
        given = getattr(adapter, verb, None)
        if not callable(given):
            raise WiringError(
                f"{type(adapter).__name__} has no method {verb}().",
                setting=setting,
                cure=f"Implement {protocol.__name__} of securelogin.adapters.",
            )
        wants_async = inspect.iscoroutinefunction(promised)
        if _is_async(given) is not wants_async:
            raise WiringError(
                f"{type(adapter).__name__}.{verb}() is "
                f"{'sync' if wants_async else 'async'}.",
                setting=setting,
                cure="AsyncSecureLogin takes async adapters, SecureLogin sync ones.",
            )
        test = _test_for(get_type_hints(promised)["return"])
        wrap = _awaited if wants_async else _called
        setattr(guard, verb, wrap(given, test, type(adapter).__name__, verb))
    return cast("P", guard)


class _Guard:
    """Carries the guarded methods as attributes."""

    def __repr__(self) -> str:
        return f"<guarded {', '.join(vars(self))}>"


def _verbs(protocol: type) -> list[tuple[str, Callable[..., object]]]:
    return [
        (name, member)
        for name, member in vars(protocol).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]


def _is_async(method: Callable[..., object]) -> bool:
    return inspect.iscoroutinefunction(method) or inspect.iscoroutinefunction(
        inspect.unwrap(method)
    )


def _called(
    given: Callable[..., Any], test: Test, name: str, verb: str
) -> Callable[..., object]:
    def call(*args: Any, **options: Any) -> object:
        answer = given(*args, **options)
        if not test(answer, args):
            raise _broken(answer, name, verb)
        return answer

    return call


def _awaited(
    given: Callable[..., Awaitable[Any]], test: Test, name: str, verb: str
) -> Callable[..., object]:
    async def call(*args: Any, **options: Any) -> object:
        answer = await given(*args, **options)
        if not test(answer, args):
            raise _broken(answer, name, verb)
        return answer

    return call


def _broken(answer: object, name: str, verb: str) -> AdapterError:
    kind = type(answer).__name__
    return AdapterError(
        f"answered with {kind}, not with what it promises or what was asked for",
        adapter=name,
        verb=verb,
    )


def _test_for(annotation: Any) -> Test:
    """Return a test of an answer and the arguments it answers.

    Made from the return annotation of the Protocol's method, once, at wiring.
    """
    if annotation in (bool, int):
        # Exactly: True is an int, and a row count is no bool.
        return lambda answer, _: type(answer) is annotation
    if annotation is NoneType:
        # What is not awaited has not happened.
        return lambda answer, _: answer is None or not inspect.isawaitable(answer)
    if get_origin(annotation) is UnionType:
        return _test_for_one(get_args(annotation)[0])
    if get_origin(annotation) is Sequence:
        (kind,) = get_args(annotation)
        holds = _HOLDERS.get(kind, _is_anything)
        return lambda answer, args: (
            isinstance(answer, (list, tuple))
            and all(isinstance(row, kind) and holds(row, args[:1]) for row in answer)
        )
    if get_origin(annotation) is Mapping:
        return lambda answer, args: (
            isinstance(answer, Mapping)
            and answer.keys() == args[0].keys()
            and all(type(total) is int for total in answer.values())
        )
    return _OF_ONE_KIND.get(
        annotation, lambda answer, _: isinstance(answer, annotation)
    )


def _test_for_one(kind: Any) -> Test:
    names = _NAMES.get(kind, _is_anything)
    nobody = _STAND_INS.get(kind)

    def test(answer: Any, args: tuple[Any, ...]) -> bool:
        # Where nothing was found, something is tested all the same: what is tested
        # for known addresses only tells in time which ones are known.
        row = nobody if answer is None else answer
        is_asked_for = isinstance(row, kind) and names(row, args[0])
        return is_asked_for or answer is None

    return test


def _is_anything(_row: Any, _asked: object) -> bool:
    return True


def _is_account(account: Any, asked: object) -> bool:
    if isinstance(asked, AddressKey):
        return asked in account.keys
    return bool(account.id == asked)


def _is_in_span(record: Any, span: Any) -> bool:
    return bool(span.holds(record))


def _are_of_session(rows: Any, asked: object) -> bool:
    """Tell whether each part of what a session is judged by is of the right one."""
    session, account = rows.session, rows.account
    return (
        isinstance(session, Session)
        and session.digest == asked
        and (
            account is None
            or (isinstance(account, Account) and account.id == session.account)
        )
        and type(rows.generation) is int
    )


_NAMES: dict[object, Callable[[Any, object], bool]] = {
    Account: _is_account,
    Credential: lambda credential, asked: credential.account == asked,
    RecipientLink: lambda link, asked: link.id == asked,
    Session: lambda session, asked: session.digest == asked,
    SessionRows: _are_of_session,
    AttemptRecord: lambda record, asked: record.reference == asked,
}
"""Whether a fetched row is the one that was asked for."""

_STAND_INS: dict[object, object] = {Account: NO_ACCOUNT, Credential: NO_CREDENTIAL}
"""What is tested where no row was found, of the kinds that a stranger's try fetches."""

_HOLDERS: dict[object, Callable[[Any, tuple[Any, ...]], bool]] = {
    Session: lambda session, asked: (
        (session.account,) == asked and session.ended_at is None
    ),
    AttemptRecord: lambda record, asked: _is_in_span(record, *asked),
}
"""Whether a row of a list belongs to what was asked for."""

_PARTS_OF_A_LOGIN = tuple(map(_test_for_one, (Account, Credential, RecipientLink)))


def _are_asked_for(answer: Any, args: tuple[Any, ...]) -> bool:
    """Test each part of what a log-in reads, as the answers of three verbs."""
    if not isinstance(answer, LoginRows):
        return False
    key, stand_in, link = args
    is_account, is_credential, is_link = _PARTS_OF_A_LOGIN
    if not is_account(answer.account, (key,)):
        return False
    holder = stand_in if answer.account is None else answer.account.id
    return is_credential(answer.credential, (holder,)) and is_link(answer.link, (link,))


_OF_ONE_KIND: dict[object, Test] = {LoginRows: _are_asked_for}
"""Tests of answers of which more than the type is promised."""
