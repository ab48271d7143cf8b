"""Counters, logs, outboxes and mailers, each wrong in one way."""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

from securelogin.errors import Unavailable
from securelogin.mail import Delivery, DeliveryState
from securelogin.stores.memory import MemoryStore
from securelogin.testing import Arrived
from tests.testing.broken.keyed import SLOWLY


class Transactional:
    """What was written inside the application's transaction goes with its rollback."""

    @contextmanager
    def rollback(self):
        before = copy.deepcopy(self.state)
        yield
        self.state = before


# -- Counters --


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


# -- The attempt log --


class Log(Transactional):
    """Right, but for what a subclass breaks (and for its transactions)."""

    def __init__(self):
        self.state = []
        self.lock = threading.Lock()

    def record(self, record, /):
        with self.lock:
            self.state.append(record)

    def by_reference(self, reference, /):
        found = [one for one in self.state if one.reference == reference]
        return found[-1] if found else None

    def near(self, span, /):
        found = [one for one in reversed(self.state) if span.holds(one)]
        return sorted(found, key=lambda one: one.at, reverse=True)[:100]

    def is_meant(self, one, account, lookups, tenant):
        return one.account == account or (one.tenant, one.lookup) in {
            (tenant, lookup) for lookup in lookups
        }

    def erase(self, account, lookups, /, *, tenant):
        meant = [self.is_meant(one, account, lookups, tenant) for one in self.state]
        self.state = [
            one.erased() if hit else one
            for one, hit in zip(self.state, meant, strict=True)
        ]
        return sum(meant)


class RecordGoesWithARollback(Log):
    pass


class BuffersRecords(Log):
    def __init__(self):
        super().__init__()
        self.written = []

    def reopen(self):
        other = Log()
        other.state = self.written
        return other


class LosesRecordsInARace(Log):
    def record(self, record, /):
        before = list(self.state)
        threading.Event().wait(SLOWLY)
        self.state = [*before, record]


class AnswersToRecord(Log):
    def record(self, record, /):
        super().record(record)
        return 1


class SwallowsErrorsOfRecord(Log):
    def unreachable(self):
        return self


class SearchesAllTenants(Log):
    def near(self, span, /):
        return [
            one
            for one in reversed(self.state)
            if one.lookup == span.lookup and span.after <= one.at <= span.before
        ]


class LeavesTheEndOut(Log):
    def near(self, span, /):
        return [one for one in super().near(span) if one.at < span.before]


class GivesTheOldestHundred(Log):
    def near(self, span, /):
        return [one for one in self.state if span.holds(one)][:100]


class SearchesByKeyOnly(Log):
    def near(self, span, /):
        return super().near(replace(span, ip=None))


class ErasesTheAttempt(Log):
    def erase(self, account, lookups, /, *, tenant):
        before = len(self.state)
        self.state = [
            one
            for one in self.state
            if not self.is_meant(one, account, lookups, tenant)
        ]
        return before - len(self.state)


class ErasesInAllTenants(Log):
    def is_meant(self, one, account, lookups, tenant):
        return one.account == account or one.lookup in lookups

    def erase(self, account, lookups, /, *, tenant):
        super().erase(account, lookups, tenant=tenant)
        return 2


class MiscountsErasures(Log):
    def erase(self, account, lookups, /, *, tenant):
        return super().erase(account, lookups, tenant=tenant) + 1


class KeepsErasedAddresses(Log):
    def __init__(self):
        super().__init__()
        self.index = []

    def record(self, record, /):
        super().record(record)
        self.index.append(record.lookup)

    def witness(self):
        return repr((self.index, self.state))


# -- The outbox --


class Queue:
    """Right: as the memory store keeps orders."""

    def __init__(self):
        self.inner = MemoryStore().outbox
        self.record, self.about = self.inner.record, self.inner.about
        self.replace = self.inner.replace

    def lease(self, *, at, until, limit):
        return self.inner.lease(at=at, until=until, limit=limit)


class WritesOverWhatWasSent(Queue):
    def __init__(self):
        super().__init__()
        self.record = lambda order: self.inner._orders.update({order.id: order})


class LeasesWithoutStoring(Queue):
    def lease(self, *, at, until, limit):
        before = dict(self.inner._orders)
        leased = super().lease(at=at, until=until, limit=limit)
        self.inner._orders.update(before)
        return leased


class LeasesToMany(Queue):
    def lease(self, *, at, until, limit):
        before = dict(self.inner._orders)
        leased = super().lease(at=at, until=until, limit=limit)
        self.inner._orders.update(before)
        threading.Event().wait(SLOWLY)
        self.inner._orders.update({one.id: one for one in leased})
        return leased


class LeasesForEver(Queue):
    def lease(self, *, at, until, limit):
        leased = super().lease(at=at, until=until, limit=limit)
        for one in leased:
            stuck = replace(one, leased_until=until.replace(year=9999))
            self.inner._orders[one.id] = stuck
        return leased


class LeasesWhatIsNotDue(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=until, until=until, limit=limit)


class LeasesTheNewestFirst(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=at, until=until, limit=limit)[::-1]


class LeasesTooMany(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=at, until=until, limit=limit + 1)


class LeasesAGenerator(Queue):
    def lease(self, *, at, until, limit):
        return iter(super().lease(at=at, until=until, limit=limit))


class LeasesEachTwice(Queue):
    def lease(self, *, at, until, limit):
        return super().lease(at=at, until=until, limit=limit) * 2


class LeasesWhatWasSent(Queue):
    def __init__(self):
        super().__init__()
        self.leased = []

    def lease(self, *, at, until, limit):
        self.leased += super().lease(at=at, until=until, limit=limit)
        return self.leased


class InsertsOrdersOnReplace(Queue):
    def __init__(self):
        super().__init__()
        self.replace = self.swap

    def swap(self, old, new, /):
        if not self.inner.about(old.account, None):
            self.record(new)
        return False


class TellsOfOtherTenants(Queue):
    def __init__(self):
        super().__init__()
        self.about = self.all_about

    def all_about(self, account, lookup, /):
        return [
            one
            for one in reversed(self.inner._orders.values())
            if (account and one.account == account)
            or (lookup and one.lookup and one.lookup.value == lookup.value)
        ]


# -- Mailers --


class Post:
    """Right: hands every mail to one place."""

    refused_address = "nobody@customer.example"

    def __init__(self):
        self.taken = []

    def reach(self, to, mail):
        text = " ".join(secret.reveal() for secret in mail.secrets.values())
        self.taken.append(Arrived(to=to, id=mail.id, text=text))

    def answer(self, state=DeliveryState.ACCEPTED, detail="250"):
        return Delivery(state=state, detail=detail)

    def send(self, mail, /):
        if mail.to.text == self.refused_address:
            return self.answer(DeliveryState.REFUSED, "550")
        self.reach(mail.to.text, mail)
        return self.answer()

    def arrived(self):
        return list(self.taken)

    def unreachable(self):
        return self


class RaisesForABadRecipient(Post):
    def send(self, mail, /):
        if "\r" in mail.to.text:
            raise ValueError
        return super().send(mail)


class RaisesWhenAway(Post):
    def send(self, mail, /):
        raise ConnectionRefusedError


class SaysAcceptedWhenAway(Post):
    pass


class SaysAcceptedForARefusal(Post):
    def send(self, mail, /):
        super().send(mail)
        return self.answer()


class RefusesWhatItHasNoTextFor(Post):
    def send(self, mail, /):
        return self.answer(DeliveryState.REFUSED, "no text")


class SendsTwice(Post):
    def reach(self, to, mail):
        for _ in range(2):
            super().reach(to, mail)


class CopiesTheArchive(Post):
    def reach(self, to, mail):
        super().reach(to, mail)
        super().reach("archive@acme.example", mail)


class SplitsAtCommas(Post):
    def reach(self, to, mail):
        for one in to.split(","):
            super().reach(one.strip(), mail)


class MakesANewIdEachTime(Post):
    def reach(self, to, mail):
        super().reach(to, replace(mail, id=uuid4().hex))


class HasOneIdForAll(Post):
    def reach(self, to, mail):
        super().reach(to, replace(mail, id="portal"))


class WrapsSecrets(Post):
    def reach(self, to, mail):
        super().reach(to, mail)
        last = self.taken.pop()
        self.taken.append(replace(last, text=last.text.replace("-", "-\n")))


class LogsTheMail(Post):
    def send(self, mail, /):
        for secret in mail.secrets.values():
            logging.getLogger("post").info("sent %s", secret.reveal())
        return super().send(mail)


class PrintsTheMail(Post):
    def send(self, mail, /):
        for secret in mail.secrets.values():
            print(secret.reveal())  # noqa: T201 -- what is wrong with it
        return super().send(mail)


class QuotesTheServer(Post):
    def send(self, mail, /):
        super().send(mail)
        return self.answer(detail=f"250 <{mail.to.text}> recipient ok")


class AnswersUnprintably(Post):
    def send(self, mail, /):
        super().send(mail)
        return self.answer(detail="250 ok\r\n")


class AnswersYes(Post):
    def send(self, mail, /):
        super().send(mail)
        return True


class AnswersAWord(Post):
    def send(self, mail, /):
        super().send(mail)
        return self.answer("accepted")


class SharesItsMail(Post):
    """One attribute for all callers."""

    def send(self, mail, /):
        self.mail = mail
        threading.Event().wait(SLOWLY)
        self.reach(self.mail.to.text, self.mail)
        return self.answer()


class PostponesInARush(Post):
    def __init__(self):
        super().__init__()
        self.busy = threading.Lock()

    def send(self, mail, /):
        if not self.busy.acquire(blocking=False):
            return self.answer(DeliveryState.POSTPONED, "busy")
        threading.Event().wait(SLOWLY)
        self.busy.release()
        return super().send(mail)


class AwayAndSaysSo(Post):
    """Right for a store, wrong for a mailer."""

    def send(self, mail, /):
        raise Unavailable("down", adapter="Post", verb="send")
