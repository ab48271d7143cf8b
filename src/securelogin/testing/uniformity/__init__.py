"""Prove that a stranger learns nothing: by bytes, by calls, and by the clock.

Three ways to use it::

    class TestMyAuth(UniformityContract):       # quick: answers and calls
        @pytest.fixture
        def wire(self):
            return lambda watch: SecureLogin(
                store=watch.store(MemoryStore()), clock=watch.clock, ...
            )

    class TestMyPortal(VisitorContract): ...    # quick: whole answers over HTTP

    $ securelogin uniformity tests.portal:wire  # long: with time

Needs pytest (`securelogin[testing]`). What measures time needs numpy and scipy too
(`securelogin[uniformity]`), and is imported by its own name only:
`securelogin.testing.uniformity.timing`.
"""

from __future__ import annotations

import pytest

# Before it is imported: a failing fact then shows its values.
pytest.register_assert_rewrite("securelogin.testing.uniformity.contract")

from securelogin.testing.uniformity.contract import (  # noqa: E402 -- see above
    UniformityContract,
    VisitorContract,
)
from securelogin.testing.uniformity.scenes import (  # noqa: E402 -- see above
    CAUSES,
    OPERATIONS,
    STATES,
)
from securelogin.testing.uniformity.seen import (  # noqa: E402 -- see above
    Seen,
    differences,
)
from securelogin.testing.uniformity.stage import Stage  # noqa: E402 -- see above
from securelogin.testing.uniformity.visits import (  # noqa: E402 -- see above
    Answer,
    Visitor,
    visit,
)
from securelogin.testing.uniformity.watch import Watch  # noqa: E402 -- see above

__all__ = [
    "CAUSES",
    "OPERATIONS",
    "STATES",
    "Answer",
    "Seen",
    "Stage",
    "UniformityContract",
    "Visitor",
    "VisitorContract",
    "Watch",
    "differences",
    "visit",
]
