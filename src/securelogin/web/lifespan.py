"""What an application does besides answering requests, for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from securelogin.aio.courier_worker import AsyncCourierWorker
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.rules.courier_shift import Pace

__all__ = ["delivering"]


@asynccontextmanager
async def delivering(
    auth: AsyncSecureLogin, /, *, pace: Pace | None = None
) -> AsyncIterator[None]:
    """Deliver mails on this event loop meanwhile: for the lifespan of an application.

    At the end the mail in hand is sent and settled. Each process that serves may have
    one: of several couriers each order is leased to one.

    Args:
        pace: how eager it is; the defaults of `Pace` otherwise.
    """
    stop = asyncio.Event()

    async def pause(wait: timedelta, /) -> bool:
        """Wait; True, at once, when the application ends."""
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait.total_seconds())
        return stop.is_set()

    worker = AsyncCourierWorker(
        courier=auth.courier, installation=auth.installation, pause=pause, pace=pace
    )
    work = asyncio.create_task(worker.work())
    try:
        yield
    finally:
        stop.set()
        await work
