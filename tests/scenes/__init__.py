"""One table of scenes: what a person does, and what support is to see for it.

A scene sets a portal up through its public face, then says what the person does last.
Whoever plays it (`play`) may do that in another way, such as over HTTP: `Typed` is what
stands in the form. Every scene is played on every store, and their public answers have
to be the same.
"""

from __future__ import annotations

from tests.scenes.arranging import newcomer
from tests.scenes.playing import (
    ANN,
    NEW,
    OLD_FIREFOX,
    WRONG,
    Later,
    Scene,
    Typed,
    play,
)
from tests.scenes.table import SCENES, STORE_AWAY

__all__ = [
    "ANN",
    "NEW",
    "OLD_FIREFOX",
    "SCENES",
    "STORE_AWAY",
    "WRONG",
    "Later",
    "Scene",
    "Typed",
    "newcomer",
    "play",
]
