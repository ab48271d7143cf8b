"""Random bytes from the portal's own source: so many as were asked for, or an error.

A token made of fewer looks like any other and can be guessed, so each draw is looked at
(ASVS 11.5.1; threats F-70).
"""

from __future__ import annotations

from collections.abc import Callable

from securelogin.errors import AdapterError

__all__ = ["full_draws"]


def full_draws(random: Callable[[int], bytes], /) -> Callable[[int], bytes]:
    """Return *random* behind a look at each draw.

    None is made here: a seeded source then gives the same, however often it is wired.
    What is returned raises `AdapterError` for anything but that many bytes.
    """

    def draw(size: int) -> bytes:
        drawn = random(size)
        if type(drawn) is not bytes or len(drawn) != size:
            raise AdapterError(
                f"{size} random bytes were asked for, and not given",
                adapter=getattr(random, "__name__", type(random).__name__),
                verb="random",
            )
        return drawn

    return draw
