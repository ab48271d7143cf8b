"""Random bytes from the portal's own source: so many as were asked for, or an error.

A token made of fewer looks like any other and can be guessed, so each draw is looked at
(ASVS 11.5.1; threats F-70).
"""

from __future__ import annotations

from collections.abc import Callable

from securelogin.errors import AdapterError, WiringError

__all__ = ["full_draws"]

_TRIED = 32


def full_draws(random: Callable[[int], bytes], /) -> Callable[[int], bytes]:
    """Return *random* behind a look at each draw.

    Raises:
        WiringError: it does not even give the first one. Later, `AdapterError`.
    """
    if not _is_full(random(_TRIED), _TRIED):
        raise WiringError(
            "the source does not give as many random bytes as it is asked for.",
            setting="random",
            cure="Leave it out for secrets.token_bytes.",
        )

    def draw(size: int) -> bytes:
        drawn = random(size)
        if not _is_full(drawn, size):
            raise AdapterError(
                f"{size} random bytes were asked for, and not given",
                adapter=getattr(random, "__name__", type(random).__name__),
                verb="random",
            )
        return drawn

    return draw


def _is_full(drawn: object, size: int) -> bool:
    return type(drawn) is bytes and len(drawn) == size
