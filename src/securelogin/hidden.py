"""A string that does not show itself.

Every password, temporary password and token travels as `Hidden`, so that a repr,
a log line, a traceback with its locals or a pickle cannot carry it away
(ASVS 16.2.5, threats F-34 to F-38). What is not in here: encryption in memory,
which Python cannot promise.
"""

from __future__ import annotations

import hmac
from typing import NoReturn, Self

__all__ = ["Hidden", "hide_all"]


class Hidden:
    """Hold a secret string; only `reveal()` gives it back.

    Two are equal when their strings are (compared in constant time). Safe to share
    between threads: it never changes.

    Raises:
        TypeError: the value is no str; the error does not hold it.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str, /) -> None:
        if not isinstance(value, str):
            kind = type(value).__name__
            del value
            message = f"a secret is a str, not {kind}"
            raise TypeError(message)
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


def hide_all(given: dict[str, object], /) -> list[Hidden]:
    """Take plain secrets out of *given* and return them as `Hidden`, in their order.

    *given* is empty afterwards, whatever happens: so a caller that has deleted its own
    names keeps no secret in its frame when this raises (threats F-36).

    Raises:
        TypeError: a value is neither a string nor `Hidden`; its name is told.
    """
    wrong, hidden = "", []
    for name in tuple(given):
        value = given.pop(name)
        if isinstance(value, Hidden):
            hidden.append(value)
        elif isinstance(value, str):
            hidden.append(Hidden(value))
        else:
            wrong = wrong or f"{name} must be a str, not {type(value).__name__}"
    value = None  # or this frame would still hold the last one
    if wrong:
        raise TypeError(wrong)
    return hidden
