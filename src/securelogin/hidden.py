"""A string that does not show itself.

Every password, temporary password and token travels as `Hidden`, so that a repr,
a log line, a traceback with its locals or a pickle cannot carry it away
(ASVS 16.2.5, threats F-34 to F-38). What is not in here: encryption in memory,
which Python cannot promise.
"""

from __future__ import annotations

import hmac
from typing import NoReturn, Self

__all__ = ["Hidden", "hide"]


class Hidden:
    """Hold a secret string; only `reveal()` gives it back.

    Two are equal when their strings are (compared in constant time). Safe to share
    between threads: it never changes.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str, /) -> None:
        # A subclass of str may carry surprises of its own: keep the plain string.
        self.__value = str.__str__(value)

    def reveal(self) -> str:
        """Return the secret. Pass it on at once; do not keep it in a variable."""
        return self.__value

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<hidden>)"

    __str__ = __repr__

    def __format__(self, spec: str, /) -> str:
        return repr(self)

    def __eq__(self, other: object, /) -> bool:
        if not isinstance(other, Hidden):
            return NotImplemented
        return hmac.compare_digest(
            self.__value.encode("utf-8", "surrogatepass"),
            other.__value.encode("utf-8", "surrogatepass"),
        )

    def __hash__(self) -> int:
        return hash((Hidden, self.__value))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object, /) -> Self:
        return self

    def __reduce_ex__(self, protocol: object, /) -> NoReturn:
        message = "a secret cannot be pickled; hand over what it is checked against"
        raise TypeError(message)


def hide(value: str | Hidden, /, *, name: str) -> Hidden:
    """Return *value* as `Hidden`; *name* says in the error which argument is meant.

    Raises:
        TypeError: it is neither a string nor `Hidden`. The error, with its
            frame, no longer holds the value.
    """
    if isinstance(value, Hidden):
        return value
    if isinstance(value, str):
        return Hidden(value)
    kind = type(value).__name__
    del value
    message = f"{name} must be a str, not {kind}"
    raise TypeError(message)
