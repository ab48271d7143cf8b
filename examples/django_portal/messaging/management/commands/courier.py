"""`manage.py courier`: deliver mails."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

from django.core.management.base import BaseCommand

from login import auth
from securelogin.flows.courier_worker import CourierWorker
from securelogin.rules.courier_shift import Ending


class Command(BaseCommand):
    """The library's worker as a command."""

    help = "Deliver mails until you press Ctrl-C."

    def add_arguments(self, parser):
        """Take --once."""
        parser.add_argument(
            "--once", action="store_true", help="End when none is left."
        )

    def handle(self, *, once, **_):
        """Work."""
        stop = Event()

        def pause(wait: timedelta, /) -> bool:
            return stop.wait(wait.total_seconds())

        worker = CourierWorker(
            courier=auth.courier, installation=auth.installation, pause=pause
        )
        worker.work(Ending.WHEN_IDLE if once else Ending.WHEN_TOLD)
