"""Mailers, each wrong in one way."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from uuid import uuid4

from securelogin.errors import Unavailable
from securelogin.mail import Delivery, DeliveryState
from securelogin.testing import Arrived
from tests.testing.broken.keyed import SLOWLY


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
