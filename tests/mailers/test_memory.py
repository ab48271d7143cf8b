from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from securelogin.adapters import AsyncMailer, Mailer
from securelogin.guards import guarded
from securelogin.mail import Delivery, DeliveryState
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from tests.mailers.servers import PASSWORD, Colour, make_mail


def made(colour: Colour) -> Any:
    return MemoryMailer() if colour.name == "sync" else AsyncMemoryMailer()


def test_colours_pass_the_guard_of_their_own_flows() -> None:
    assert guarded(MemoryMailer(), Mailer, setting="mailer")
    assert guarded(AsyncMemoryMailer(), AsyncMailer, setting="mailer")


def test_mails_are_kept_in_the_order_in_which_they_came(colour: Colour) -> None:
    mailer = made(colour)
    mails = tuple(make_mail(id=f"id{n}") for n in range(3))
    answers = [colour.send(mailer, mail) for mail in mails]

    expected = Delivery(state=DeliveryState.ACCEPTED, detail="kept in memory")
    assert answers == [expected] * 3
    assert mailer.mails == mails
    assert PASSWORD not in repr(mailer.mails)


def test_only_the_newest_thousand_are_kept(colour: Colour) -> None:
    mailer = made(colour)
    for n in range(1_001):
        colour.send(mailer, make_mail(id=f"id{n}"))

    assert (len(mailer.mails), mailer.mails[0].id) == (1_000, "id1")


def test_concurrent_callers_lose_no_mail() -> None:
    mailer = MemoryMailer()

    def send(n: int) -> int:
        mailer.send(make_mail(id=f"id{n}"))
        return len(mailer.mails)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, range(200)))

    assert {mail.id for mail in mailer.mails} == {f"id{n}" for n in range(200)}


def test_async_mailer_shares_the_mails_of_the_sync_one() -> None:
    sync = MemoryMailer()
    sync.send(make_mail())

    assert AsyncMemoryMailer(sync).mails == sync.mails
