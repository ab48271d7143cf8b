"""The tour: a whole log-in, played on real storage and real mail, checked step by step.

    stage      one portal, wired through the public face
    story      the good way in          failures   every way to fail
    telling    compares and counts      show       the terminal
    post       letters as they arrive   smtp_server   where they arrive

For `securelogin tour`. A portal needs none of this.
"""

from __future__ import annotations

from rich.console import Console

from securelogin.errors import SecureLoginError
from securelogin.tour.failures import WAYS_TO_FAIL
from securelogin.tour.show import TerminalScreen, show_verdict
from securelogin.tour.stage import Stage
from securelogin.tour.story import GOOD_WAY
from securelogin.tour.telling import StoryEnds, Telling

__all__ = ["play"]


def play(stage: Stage, console: Console, /) -> bool:
    """Play the whole story on *stage*; return whether every step was as expected.

    The first step without which the story cannot go on ends it, and so does an adapter
    that fails. Needs about fifty runs of Argon2.
    """
    telling = Telling(TerminalScreen(console))
    try:
        for scene in (*GOOD_WAY, *WAYS_TO_FAIL):
            scene(stage, telling)
    except StoryEnds:
        telling.say("Without this the story cannot go on.")
    except SecureLoginError as error:
        telling.check("the portal goes on working", problem=_named(error))
    show_verdict(console, telling)
    return not telling.failures


def _named(error: SecureLoginError) -> str:
    return f"{type(error).__name__}: {error}"
