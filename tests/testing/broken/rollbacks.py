"""What an application's transaction takes along."""

from __future__ import annotations

import copy
from contextlib import contextmanager


class Transactional:
    """What was written inside the application's transaction goes with its rollback."""

    @contextmanager
    def rollback(self):
        before = copy.deepcopy(self.state)
        yield
        self.state = before
