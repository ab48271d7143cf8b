"""What goes wrong at wiring time or in an adapter; never "wrong password".

The tree::

    SecureLoginError
    ├── WiringError(ValueError)      a setting or adapter is unfit; raised when wired
    ├── InvalidInput(ValueError)     an administrative call brought an unusable value
    └── AdapterError                 an adapter broke its promise
        └── Unavailable              a store, mailer or check could not do its work

A person who may not log in is an *outcome* (`securelogin.outcomes`), not an error.
No message here repeats a secret, nor anything a stranger has typed.
"""

from __future__ import annotations

__all__ = [
    "AdapterError",
    "InvalidInput",
    "SecureLoginError",
    "Unavailable",
    "WiringError",
]


class SecureLoginError(Exception):
    """Root of every error this library raises on purpose. Never raised itself."""


class WiringError(SecureLoginError, ValueError):
    """A setting or an adapter is unfit; raised while constructing, never later.

    Attributes:
        setting: the name of the setting or argument that has to change.
        cure: what to do about it, in one sentence.
    """

    def __init__(self, problem: str, /, *, setting: str, cure: str) -> None:
        super().__init__(f"{setting}: {problem} {cure}")
        self.problem = problem
        self.setting = setting
        self.cure = cure

    def __reduce__(self) -> tuple[object, ...]:
        return (_wiring_error, (self.problem, self.setting, self.cure))


class InvalidInput(SecureLoginError, ValueError):
    """An administrative call brought a value that cannot be used.

    Attributes:
        field: which argument it was.
        code: a stable word for what is wrong, fit for a translation table.
    """

    def __init__(self, problem: str, /, *, field: str, code: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.problem = problem
        self.field = field
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        return (_invalid_input, (self.problem, self.field, self.code))


class AdapterError(SecureLoginError):
    """An adapter broke its promise; nobody is logged in by it.

    Attributes:
        adapter: name of the adapter's class.
        verb: name of the method that was called.
    """

    def __init__(self, problem: str, /, *, adapter: str, verb: str) -> None:
        super().__init__(f"{adapter}.{verb}: {problem}")
        self.problem = problem
        self.adapter = adapter
        self.verb = verb

    def __reduce__(self) -> tuple[object, ...]:
        return (_adapter_error, (type(self), self.problem, self.adapter, self.verb))


class Unavailable(AdapterError):
    """A store, mailer or password check could not do its work just now.

    The one type for every outage, whoever was asking (threats F-01). It carries
    the name of the driver's error, never its text: drivers quote rows in theirs.
    """


def _wiring_error(problem: str, setting: str, cure: str) -> WiringError:
    return WiringError(problem, setting=setting, cure=cure)


def _invalid_input(problem: str, field: str, code: str) -> InvalidInput:
    return InvalidInput(problem, field=field, code=code)


def _adapter_error(
    kind: type[AdapterError], problem: str, adapter: str, verb: str
) -> AdapterError:
    return kind(problem, adapter=adapter, verb=verb)
