"""What holds at every moment, whatever failed: one function for each invariant.

`docs/explanation/invariants.md` lists them in words; a test compares the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from securelogin.accounts import AccountId, Side, Status
from securelogin.attempts import Operation
from securelogin.hidden import Hidden
from securelogin.mail import MailKind, OrderState
from securelogin.passwords import Match
from securelogin.sessions import session_digest
from securelogin.temporary import fingerprints
from tests.faults.seen import Seen
from tests.faults.world import World
from tests.wiring import cheap_hasher


@dataclass(frozen=True)
class Moment:
    """The store before an operation and after it, and what came of it.

    Attributes:
        struck: the call that failed; "" for none.
        outcome: what was returned; None if something was raised.
        is_purge: rows may go.
        is_requeue: a dead letter may wait again.
    """

    world: World
    before: Seen
    after: Seen
    struck: str = ""
    outcome: Any = None
    is_purge: bool = False
    is_requeue: bool = False


def an_address_leads_to_one_account(moment: Moment) -> None:
    wanted = {
        (key.tenant, key.value): account.id
        for account in moment.after.accounts.values()
        for key in account.keys
    }
    assert wanted == moment.after.holders


def a_credential_has_an_account(moment: Moment) -> None:
    assert moment.after.credentials.keys() <= moment.after.accounts.keys()


def versions_and_generations_only_rise(moment: Moment) -> None:
    for part in ("accounts", "credentials", "links", "sessions", "orders"):
        after = getattr(moment.after, part)
        for key, old in getattr(moment.before, part).items():
            new = after.get(key, old)
            assert new == old or new.version > old.version, (part, old, new)
            generations = [getattr(row, "generation", 0) for row in (old, new)]
            assert generations == sorted(generations), (part, old, new)


def nothing_vanishes(moment: Moment) -> None:
    for part in ("accounts", "credentials", "links", "sessions", "attempts", "orders"):
        gone = getattr(moment.before, part).keys() - getattr(moment.after, part).keys()
        assert moment.is_purge or not gone, (part, gone)


def what_has_ended_stays_ended(moment: Moment) -> None:
    before, after = moment.before, moment.after
    for key, session in before.sessions.items():
        now = after.sessions.get(key, session)
        assert session.ended_at is None or now.ended_at == session.ended_at
    for key, link in before.links.items():
        now = after.links.get(key, link)
        assert link.recalled_at is None or now.recalled_at == link.recalled_at
    for key, account in before.accounts.items():
        assert account.status is not Status.ERASED or after.accounts[key] == account
    for key, order in before.orders.items():
        was_waiting = order.state is OrderState.WAITING
        may_wait_again = order.is_dead and moment.is_requeue
        kept = (order, order.erased())
        assert was_waiting or may_wait_again or after.orders.get(key, order) in kept


def a_session_is_of_the_present_generation(moment: Moment) -> None:
    """Account and generation are those of the row, wherever a token opens."""
    for token in _tokens(moment):
        found = moment.world.auth.sessions.resolve(token)
        if found is None:
            continue
        row = moment.after.sessions[session_digest(token) or ""]
        account = moment.after.accounts[row.account]
        credential = moment.after.credentials[row.account]
        assert account.status is Status.ACTIVE
        assert row.generation == credential.generation
        assert row.ended_at is None


def no_session_survives_a_change_of_password(moment: Moment) -> None:
    """Nor a forced change, a revoked password, or a time of being disabled."""
    for account in _changed(moment):
        for token in moment.world.person.dead_sessions:
            row = moment.after.sessions[session_digest(token) or ""]
            if row.account == account:
                assert moment.world.auth.sessions.resolve(token) is None


def one_password_opens(moment: Moment) -> None:
    """Never both, and never neither while the account is active, unless revoked."""
    person = moment.world.person
    account = AccountId(person.account)
    credential = moment.after.credentials[account]
    stored = credential.password_hash
    is_active = moment.after.accounts[account].status is Status.ACTIVE
    is_revoked = stored is None and person.may_have_none
    hasher = cheap_hasher()
    opening = [
        typed
        for typed in dict.fromkeys(person.passwords)
        if hasher.check(Hidden(typed), stored=stored, account=account) is Match.RIGHT
    ]
    assert (is_active and not is_revoked) <= len(opening) <= 1, opening


def a_mailed_temporary_password_lives_or_was_superseded(moment: Moment) -> None:
    account = moment.world.id
    credential = moment.after.credentials[account]
    known = {dead.fingerprint for dead in credential.dead}
    live = "" if credential.temporary is None else credential.temporary.fingerprint
    is_gone = credential.password_hash is None
    opening = 0
    for mailed in _temporaries(moment.world):
        mine = fingerprints(Hidden(mailed), account=account, keys=moment.world.keys)[0]
        assert mine == live or mine in known or is_gone, mine
        opening += mine == live
    assert opening <= 1


def no_secret_is_stored(moment: Moment) -> None:
    person = moment.world.person
    secrets = [
        *person.passwords,
        *_tokens(moment),
        *moment.world.mailed(MailKind.TEMPORARY_PASSWORD, "password"),
        *person.proofs,
        *([person.ticket] if person.ticket else []),
        *([person.link_token] if person.link_token else []),
    ]
    assert [one for one in secrets if one in moment.after.text] == []


def what_was_answered_is_recorded(moment: Moment) -> None:
    public = getattr(moment.outcome, "public", moment.outcome)
    reference = getattr(public, "reference", None)
    assert reference is None or reference in moment.after.attempts


def a_refused_log_in_was_counted(moment: Moment) -> None:
    new = moment.after.attempts.keys() - moment.before.attempts.keys()
    refused = [
        moment.after.attempts[key]
        for key in new
        if moment.after.attempts[key].operation is Operation.LOGIN
        and moment.after.attempts[key].causes
    ]
    totals = [sum(seen.counters.values()) for seen in (moment.before, moment.after)]
    assert not refused or totals[1] > totals[0]


def a_change_of_password_is_told(moment: Moment) -> None:
    """Its moment stands in the credential, and the notice is the first thing after.

    Only a fault at these two calls can come between.
    """
    for account, new in moment.after.credentials.items():
        old = moment.before.credentials.get(account)
        if old is None or new.password_hash in (None, old.password_hash):
            continue
        if new.generation == old.generation:  # a stronger hash of the same password
            continue
        assert new.changed_at is not None
        assert new.changed_at != old.changed_at
        if moment.struck not in {"credentials.replace", "outbox.record"}:
            assert _ordered(moment, MailKind.PASSWORD_CHANGED) == 1


def a_change_of_address_is_told(moment: Moment) -> None:
    """To both addresses, as the first thing after it is stored."""
    for account, new in moment.after.accounts.items():
        old = moment.before.accounts.get(account)
        if old is None or old.primary == new.primary or new.status is Status.ERASED:
            continue
        if moment.struck not in {"accounts.replace", "outbox.record"}:
            assert _ordered(moment, MailKind.ADDRESS_CHANGED) == len(Side)


def no_mailed_secret_survives_a_change_of_address(moment: Moment) -> None:
    """Neither the temporary password nor a ticket, which is bound to the version."""
    for account, new in moment.after.accounts.items():
        old = moment.before.accounts.get(account)
        before = moment.before.credentials.get(account)
        if old is None or old.primary == new.primary or before is None:
            continue
        if before.temporary is not None:
            after = moment.after.credentials[account]
            assert after.temporary != before.temporary
            assert after.version > before.version


def who_is_erased_is_gone(moment: Moment) -> None:
    """Nothing of the person is left once the account says so."""
    if moment.after.accounts[moment.world.id].status is not Status.ERASED:
        return
    credential = moment.after.credentials[moment.world.id]
    assert credential.password_hash is None
    assert credential.temporary is None
    assert credential.browsers == ()
    addresses = moment.world.person.addresses
    assert [one for one in addresses if one in moment.after.text] == []


INVARIANTS: tuple[Callable[[Moment], None], ...] = (
    an_address_leads_to_one_account,
    a_credential_has_an_account,
    versions_and_generations_only_rise,
    nothing_vanishes,
    what_has_ended_stays_ended,
    a_session_is_of_the_present_generation,
    no_session_survives_a_change_of_password,
    one_password_opens,
    a_mailed_temporary_password_lives_or_was_superseded,
    no_secret_is_stored,
    what_was_answered_is_recorded,
    a_refused_log_in_was_counted,
    a_change_of_password_is_told,
    a_change_of_address_is_told,
    no_mailed_secret_survives_a_change_of_address,
    who_is_erased_is_gone,
)


def check_all(moment: Moment) -> None:
    """Check every invariant; name the one that is broken."""
    for invariant in INVARIANTS:
        try:
            invariant(moment)
        except AssertionError as error:
            message = f"{invariant.__name__} does not hold: {error}"
            raise AssertionError(message) from error


def _tokens(moment: Moment) -> list[str]:
    person = moment.world.person
    return list(dict.fromkeys([*person.sessions, *person.dead_sessions]))


def _changed(moment: Moment) -> Iterator[AccountId]:
    for account, new in moment.after.credentials.items():
        old = moment.before.credentials.get(account)
        if old is not None and new.generation > old.generation:
            yield account


def _temporaries(world: World) -> list[str]:
    return [
        mail.secrets["password"].reveal()
        for mail in world.inbox.mails
        if mail.kind is MailKind.TEMPORARY_PASSWORD
        and mail.to.text in world.person.addresses
    ][-3:]


def _ordered(moment: Moment, kind: MailKind) -> int:
    new = moment.after.orders.keys() - moment.before.orders.keys()
    return sum(moment.after.orders[key].kind is kind for key in new)
