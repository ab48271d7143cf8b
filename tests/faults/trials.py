"""One operation over one store, begun as often as there are ways to break it."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import asdict
from typing import Any

from securelogin import InvalidInput
from securelogin.accounts import Status
from securelogin.errors import Unavailable
from tests.faults.going_on import gets_in, gets_in_anew
from tests.faults.grounds import BEGIN, STRUCK
from tests.faults.injecting import Fault
from tests.faults.invariants import Moment, check_all
from tests.faults.operations import Operation
from tests.faults.seen import Seen
from tests.faults.world import World

PURGE = "retention.purge"
REQUEUE = "courier.requeue"


class Trial:
    """A world in which an operation is the next step, again and again."""

    def __init__(self, ground: Any, operation: Operation) -> None:
        self.ground, self.operation = ground, operation
        self.world = World(ground.store, ground.look, is_async=ground.is_async)
        self.world.settle_in()
        operation.prepare(self.world)
        self.before = ground.look()
        operation.expect(self.world)
        self._begun = self.world.kept()
        ground.keep(BEGIN)
        self._known: set[Any] = set()

    def act(self, at: int | None, fault: Fault = Fault.UNAVAILABLE) -> list[str]:
        """Do it from the beginning, failing at this call; return what was called."""
        self._begin()
        self.world.injector.arm(at, fault)
        try:
            outcome = self.operation.act(self.world)
        except (Unavailable, TimeoutError, CancelledError):
            assert at is not None
            outcome = None
        heard = self.world.injector.disarm()
        self._judge("" if at is None else heard[at], outcome)
        return heard

    def rehearse(self) -> None:
        """Let the process that has the others killed do it once."""
        assert self._elsewhere(None)["status"] == 0

    def is_killed(self, at: int) -> bool:
        """Let a process do it that dies after this statement; False if it did not."""
        ended = self._elsewhere(at)
        if ended["status"] == 0:
            return False
        assert ended["status"] == 9, ended
        self.world.chance.skip()
        self._judge(ended["heard"][-1], None)
        return True

    def _elsewhere(self, at: int | None) -> Any:
        self._begin()
        world = self.world
        return self.ground.execute(
            {
                "url": self.ground.url,
                "key": world.key,
                "now": world.clock.at.isoformat(),
                "taken": world.chance.taken,
                "person": asdict(world.person),
                "operation": self.operation.name,
                "at": at,
            }
        )

    def _begin(self) -> None:
        self.ground.put_back(BEGIN)
        self.world.put_back(self._begun)

    def _judge(self, struck: str, outcome: Any) -> None:
        after = self._checked(self.before, struck, outcome)
        # All is chosen by one row of numbers, so faults that have done the same leave
        # the same. What follows from that is the same as well, and is tried once.
        left = (after.text, repr(self.world.person), repr(self._mails()))
        if left in self._known:
            return
        self._known.add(left)
        now = self.world.kept()
        self.ground.keep(STRUCK)
        gets_in(self.world)
        gets_in_anew(self.world)
        self.ground.put_back(STRUCK)
        self.world.put_back(now)
        self._do_again()

    def _checked(self, before: Seen, struck: str, outcome: Any) -> Seen:
        after = self.world.look()
        check_all(
            Moment(
                self.world,
                before,
                after,
                struck=struck,
                outcome=outcome,
                is_purge=self.operation.method == PURGE,
                is_requeue=self.operation.method == REQUEUE,
            )
        )
        return after

    def _mails(self) -> list[Any]:
        return [
            (mail, [secret.reveal() for secret in mail.secrets.values()])
            for mail in self.world.inbox.mails
        ]

    def _do_again(self) -> None:
        """Do what failed once more: it is done, or had been."""
        world = self.world
        before = world.look()
        try:
            again = self.operation.act(world)
        except InvalidInput:
            assert world.look().accounts[world.id].status is Status.ERASED
        else:
            self._checked(before, "", again)
