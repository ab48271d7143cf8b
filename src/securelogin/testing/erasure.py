"""The contract of `Erasure`. Give a fixture `store`: all its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from securelogin.accounts import AccountId
from securelogin.adapters import Erasure
from securelogin.addresses import ERASED, AddressKey, stored_address
from securelogin.mail import OrderState
from securelogin.testing.answers import ask, no, number, same, unavailable, yes
from securelogin.testing.retention import ANN, RetentionFacts, Shelves
from securelogin.testing.values import ACME, AT, GLOBEX, HOUR, link, order, session

__all__ = ["ErasureContract"]

KEY = AddressKey(tenant=ACME, value="ann-herself@acme.example")


class ErasureContract(RetentionFacts):
    """The contract of `Erasure`. Give a fixture `store` whose parts are all there."""

    protocols: ClassVar[tuple[type, ...]] = (Erasure,)

    def test_a_person_is_taken_out_and_the_records_stay(
        self, subject: Any, shelves: Shelves
    ) -> None:
        hers = session(user_agent="Firefox/140", ip="192.0.2.7")
        sent = link(address=KEY)
        mine = order("mine", lookup=KEY)
        others = (
            session("other", account=AccountId("Ann"), ip="192.0.2.7"),
            link("other", recipient=AccountId("Ann"), address=KEY),
        )
        sessions, links, outbox = self._filled(shelves, (hers, sent, *others))
        there = replace(KEY, tenant=GLOBEX)
        for one in (
            mine,
            order("asked", account=None, lookup=KEY),
            order("there", account=None, lookup=there),
        ):
            outbox.record(one)

        count = number(subject.erase, ANN, [KEY.value, "x@acme.example"], tenant=ACME)

        assert count == 4, f"erase() answered {count}; it blanked 4 records."
        blank = "what is left after erase(), as `erased()` of the value leaves it"
        same(hers.erased(), sessions.get(hers.digest), what=blank)
        same(sent.erased(), links.get(sent.id), what=blank)
        (left,) = ask(outbox.about, ANN, None)
        same(mine.erased(), left, what=blank)
        assert list(ask(outbox.about, None, KEY)) == [], (
            "An order is still found by the address it was asked for with. Erase by "
            "look-up key too: such an order has no account."
        )
        stays = "erase() takes one account, and keys of *that* tenant; this is neither"
        same(others[0], sessions.get(others[0].digest), what=stays)
        same(others[1], links.get(others[1].id), what=stays)
        assert [one.id for one in ask(outbox.about, None, there)] == ["there"], stays

    @staticmethod
    def _filled(shelves: Shelves, values: Any) -> tuple[Any, Any, Any]:
        sessions = shelves.part("sessions", "add", "get")
        links = shelves.part("links", "add", "get")
        for value in values:
            holder = links if hasattr(value, "recipient") else sessions
            yes(holder.add, value, why="Its key is free: True.")
        verbs = ("record", "about", "lease", "replace")
        return sessions, links, shelves.part("outbox", *verbs)

    def test_the_links_a_person_sent_lose_their_sender(
        self, subject: Any, shelves: Shelves
    ) -> None:
        given = {"recipient": AccountId("bob"), "address": replace(KEY, value="b@x.de")}
        # As it was given, in any case: it is the key that says who it is.
        hers = stored_address("Ann-Herself@acme.example")
        sent = link("sent", sender=hers, **given)
        others = (
            link("other", sender=stored_address("ann@acme.example"), **given),
            link("there", sender=hers, tenant=GLOBEX, **given),
        )
        _, links, _ = self._filled(shelves, (sent, *others))

        count = number(subject.erase, ANN, [KEY.value], tenant=ACME)

        assert count == 1, f"erase() answered {count}; it blanked 1 link."
        same(
            sent.without_sender(),
            links.get(sent.id),
            what="a link that the person sent, after erase(): look by `sender_key`",
        )
        for other in others:
            same(
                other,
                links.get(other.id),
                what="erase() takes links that were sent by one of the keys in *that* "
                "tenant; this one was not",
            )

    def test_a_link_that_somebody_sent_to_themselves_loses_both_ends(
        self, subject: Any, shelves: Shelves
    ) -> None:
        own = link(address=KEY, sender=stored_address(KEY.value))
        _, links, _ = self._filled(shelves, [own])

        number(subject.erase, ANN, [KEY.value], tenant=ACME)

        left = links.get(own.id)
        assert (left.address.value, left.sender) == ("", ERASED), (
            "A link whose recipient and sender are the person loses both."
        )

    def test_erasing_nobody_changes_nothing(
        self, subject: Any, shelves: Shelves
    ) -> None:
        hers = session(ip="192.0.2.7")
        sessions, _, _ = self._filled(shelves, [hers])

        count = number(subject.erase, AccountId("nobody"), [], tenant=ACME)

        assert count == 0, f"erase() of nobody answered {count}, not 0."
        same(hers, sessions.get(hers.digest), what="erase() of somebody else")

    def test_a_courier_cannot_write_the_address_back(
        self, subject: Any, shelves: Shelves
    ) -> None:
        _, _, outbox = self._filled(shelves, [])
        outbox.record(order("asked", account=None, lookup=KEY))
        (leased,) = outbox.lease(at=AT, until=AT + HOUR, limit=1)

        number(subject.erase, ANN, [KEY.value], tenant=ACME)

        no(
            outbox.replace,
            leased,
            leased.settled(OrderState.SENT, at=AT),
            why="It was erased in between: erase() has to raise the version.",
        )

    def test_what_was_erased_is_gone(
        self, subject: Any, shelves: Shelves, raw: Callable[[], str]
    ) -> None:
        hers = session(user_agent="ann-herself's browser")
        sent = link("sent", sender=stored_address(KEY.value))
        _, _, outbox = self._filled(shelves, [hers, link(address=KEY), sent])
        outbox.record(order("asked", account=None, lookup=KEY))
        assert "ann-herself" in raw(), (
            "The witness does not see what is stored: mend the fixture `witness`."
        )

        number(subject.erase, ANN, [KEY.value], tenant=ACME)

        assert "ann-herself" not in raw(), (
            "An address is still in the backend after erase(). Take it out of indexes, "
            "copies and histories too."
        )

    def test_erase_raises_unavailable_when_the_backend_is_away(self, away: Any) -> None:
        unavailable(away.erase, ANN, [], tenant=ACME)
