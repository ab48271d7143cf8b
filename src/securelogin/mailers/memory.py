"""Mailers that keep mails in memory: for tests and demos."""

from __future__ import annotations

from collections import deque

from securelogin.mail import Delivery, DeliveryState, Mail

__all__ = ["AsyncMemoryMailer", "MemoryMailer"]

_MOST = 1_000


class MemoryMailer:
    """Keep the newest 1,000 mails, and accept every one.

    Safe for concurrent callers: appending to a deque is one step.
    """

    def __init__(self) -> None:
        self._mails: deque[Mail] = deque(maxlen=_MOST)

    @property
    def mails(self) -> tuple[Mail, ...]:
        """The mails that were sent, oldest first. Their secrets stay `Hidden`."""
        # `copy` is one step too; iterating while another thread appends would fail.
        return tuple(self._mails.copy())

    def send(self, mail: Mail, /) -> Delivery:
        """Keep *mail*."""
        self._mails.append(mail)
        return Delivery(state=DeliveryState.ACCEPTED, detail="kept in memory")


class AsyncMemoryMailer:
    """`MemoryMailer` for the async flows; `sync` is the mailer behind it."""

    def __init__(self, sync: MemoryMailer | None = None) -> None:
        self.sync: MemoryMailer = sync or MemoryMailer()

    @property
    def mails(self) -> tuple[Mail, ...]:
        """The mails that were sent, oldest first. Their secrets stay `Hidden`."""
        return self.sync.mails

    async def send(self, mail: Mail, /) -> Delivery:
        """Keep *mail*. It blocks no event loop: there is nothing to wait for."""
        return self.sync.send(mail)
