"""Counters, each wrong in one way."""

from __future__ import annotations

import asyncio
import threading

from tests.testing.broken.keyed import SLOWLY
from tests.testing.broken.rollbacks import Transactional


class Counting(Transactional):
    """Right, but for what a subclass breaks (and for its transactions)."""

    def __init__(self):
        self.state = {}
        self.lock = threading.Lock()

    def hit(self, windows, /, *, at):
        return {
            key: self.one(key, at=at, window=window) for key, window in windows.items()
        }

    def one(self, key, *, at, window):
        with self.lock:
            total, until = self.state.get(key, (0, at))
            if until <= at:
                total, until = 0, at + window
            self.state[key] = (total + 1, until)
            return total + 1

    def reset(self, keys, /):
        for key in keys:
            self.state.pop(key, None)

    def counted(self):
        return len(self.state)


class LosesHits:
    """Reads, awaits, writes."""

    def __init__(self):
        self.totals = {}

    async def hit(self, windows, /, *, at):
        totals = {key: self.totals.get(key, 0) + 1 for key in windows}
        await asyncio.sleep(0)
        self.totals.update(totals)
        return totals

    async def reset(self, keys, /):
        self.totals.clear()


class LosesHitsBetweenThreads(Counting):
    def one(self, key, *, at, window):
        total, _ = self.state.get(key, (0, at))
        threading.Event().wait(SLOWLY)
        self.state[key] = (total + 1, at + window)
        return total + 1


class CountsFromZero(Counting):
    def one(self, key, *, at, window):
        return super().one(key, at=at, window=window) - 1


class GivesTotalsAsText(Counting):
    def one(self, key, *, at, window):
        return str(super().one(key, at=at, window=window))


class NeverOpensAnotherWindow(Counting):
    def one(self, key, *, at, window):
        total, until = self.state.get(key, (0, at))
        self.state[key] = (total + 1, until)
        return total + 1


class KeepsTheLastMomentOfTheWindow(Counting):
    def one(self, key, *, at, window):
        total, until = self.state.get(key, (0, at + window))
        if until < at:
            total, until = 0, at + window
        self.state[key] = (total + 1, until)
        return total + 1


class GoesByTheFirstWindowOfAll(Counting):
    def one(self, key, *, at, window):
        self.state.setdefault("window", window)
        return super().one(key, at=at, window=self.state["window"])


class ProlongsTheWindow(Counting):
    def one(self, key, *, at, window):
        total = super().one(key, at=at, window=window)
        self.state[key] = (total, at + window)
        return total


class CountsLookAlikesTogether(Counting):
    def one(self, key, *, at, window):
        return super().one(key.strip().lower(), at=at, window=window)


class GivesTotalsInTheWrongOrder(Counting):
    def hit(self, windows, /, *, at):
        totals = super().hit(windows, at=at)
        return dict(zip(totals, sorted(totals.values()), strict=True))


class CountsTheFirstKeyOnly(Counting):
    def hit(self, windows, /, *, at):
        first = dict(list(windows.items())[:1])
        return {**dict.fromkeys(windows, 1), **super().hit(first, at=at)}


class GivesAllTheFirstKeysWindow(Counting):
    def hit(self, windows, /, *, at):
        first = next(iter(windows.values()))
        return super().hit(dict.fromkeys(windows, first), at=at)


class GivesOneTotal(Counting):
    def hit(self, windows, /, *, at):
        return max(super().hit(windows, at=at).values())


class GivesTotalsOfOtherKeys(Counting):
    def hit(self, windows, /, *, at):
        return {f"{key} ": n for key, n in super().hit(windows, at=at).items()}


class NeverResets(Counting):
    def reset(self, keys, /):
        pass


class ResetsTheFirstOnly(Counting):
    def reset(self, keys, /):
        super().reset(keys[:1])


class AnswersToReset(Counting):
    def reset(self, keys, /):
        return len(keys)


class GrowsForEver(Counting):
    pass


class GoesWithARollback(Counting):
    pass


class CountsForItself(Counting):
    def reopen(self):
        return type(self)()
