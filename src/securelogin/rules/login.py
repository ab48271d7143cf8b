"""How a log-in is decided.

    ask       what an attempt asks for, before anything is fetched
    judge     one verdict on everything fetched: Grant, RequireChange, Refuse or Shed

Every check looks at every attempt; none cuts another short. What they find is put in
the order in which a person meets it, and the first one is *the* cause. Outside, the
answer is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from securelogin.accounts import Account, AccountId, Status
from securelogin.addresses import (
    NO_TENANT,
    Address,
    AddressKey,
    Tenant,
    no_address,
    parse_address,
)
from securelogin.attempts import Attempt, Form, RequestFault
from securelogin.credentials import Credential, Death
from securelogin.errors import AdapterError, InvalidInput
from securelogin.evidence import Asked, CounterKey, Evidence
from securelogin.hidden import Hidden
from securelogin.keyring import KeyRing
from securelogin.links import LinkId, read_link
from securelogin.outcomes import Cause
from securelogin.passwords import Match
from securelogin.policy import AliasLogin, Policy
from securelogin.portals import Portal, Portals
from securelogin.rules.recipient_link import fits_recipient, link_causes
from securelogin.rules.sessions import is_new_browser
from securelogin.rules.throttle import (
    cleared_by_login,
    is_locked,
    is_too_often,
    login_counts,
)
from securelogin.stand_ins import NO_ACCOUNT, NO_CREDENTIAL
from securelogin.temporary import fingerprints, form_of, typed_temporary

__all__ = [
    "CHECKS",
    "Grant",
    "Refuse",
    "RequireChange",
    "Shed",
    "Verdict",
    "ask",
    "cleared_by_grant",
    "holder_of",
    "judge",
    "read_key",
    "stored_hash",
    "typed_fingerprints",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Let the person in."""

    account: Account
    credential: Credential | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequireChange:
    """The secret is right, and good for a change of password only."""

    account: Account
    credential: Credential


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Keep the person out; the causes in the order in which they are met."""

    causes: tuple[Cause, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shed:
    """There was no room to check anything."""


Verdict = Grant | RequireChange | Refuse | Shed

_IN_ORDER = tuple(Cause)


def ask(
    attempt: Attempt,
    /,
    *,
    portals: Portals,
    policy: Policy,
    keys: KeyRing,
    elsewhere: Collection[str] = (),
) -> Asked:
    """Return what an attempt asks for; total, whatever was typed.

    At a domain in *elsewhere* another authority checks passwords, as they were typed:
    there are no temporary ones.
    """
    portal = portals.at(attempt.url)
    address, key = read_key(attempt.address, portal=portal, keys=keys)
    domain = "" if address is None else address.domain
    form = Form.LASTING if domain in elsewhere else form_of(attempt.password)
    claim = (
        None
        if attempt.link is None
        else read_link(attempt.link, tenants=portals.tenants, keys=keys)
    )
    stand_in = keys.stand_in(f"nobody {key.tenant} {key.value}")
    return Asked(
        portal=portal,
        tenant=key.tenant,
        address=address,
        key=key,
        form=form,
        secret=_secret_of(attempt, form),
        claim=claim,
        link=LinkId(stand_in) if claim is None else claim.link,
        stand_in=AccountId(stand_in),
        counts=login_counts(
            client=attempt.client,
            key=key,
            form=form,
            limits=policy.limits,
            keys=keys,
        ),
    )


def _secret_of(attempt: Attempt, form: Form) -> Hidden:
    if form is Form.TEMPORARY:
        return typed_temporary(attempt.password)
    return attempt.password


def read_key(
    typed: str, /, *, portal: Portal | None, keys: KeyRing
) -> tuple[Address | None, AddressKey]:
    """Return the typed address, if it is one, and what it is looked up by."""
    tenant = NO_TENANT if portal is None else Tenant(portal.tenant)
    try:
        address = parse_address(typed)
    except InvalidInput:
        keyed = keys.stand_in(f"no address {typed}")
        return None, AddressKey(tenant=tenant, value=no_address(keyed))
    return address, address.key(tenant)


def holder_of(account: Account | None, asked: Asked, /) -> AccountId:
    """Return whose credential to ask for; a stand-in where there is no account."""
    return asked.stand_in if account is None else account.id


def stored_hash(credential: Credential | None, form: Form, /) -> str | None:
    """Return the hash that a secret of this form is checked against, if any."""
    # As in `_looked_at`: of nobody's, as much is looked at, and nothing returned.
    looked_at = NO_CREDENTIAL if credential is None else credential
    if form is not Form.TEMPORARY:
        found: str | None = looked_at.password_hash
    else:
        found = None if looked_at.temporary is None else looked_at.temporary.hash
    return None if credential is None else found


def typed_fingerprints(
    asked: Asked, /, *, holder: AccountId, keys: KeyRing
) -> tuple[str, ...]:
    """Return what tells a typed temporary password from dead ones; () for others."""
    if asked.form is not Form.TEMPORARY:
        return ()
    return fingerprints(asked.secret, account=holder, keys=keys)


def judge(evidence: Evidence, /, *, policy: Policy) -> Verdict:
    """Judge an attempt. Called once for every attempt, throttled ones too."""
    if evidence.match is Match.NOT_RUN:
        # What is not checked is not told either: the same for every account.
        return Shed()
    notes = tuple(_portal_notes(evidence, policy))
    found = {cause for check in CHECKS for cause in check(evidence, policy)}
    found.discard(None)
    if notes:
        found.add(Cause.REFUSED_BY_PORTAL)
    account, credential = evidence.account, evidence.credential
    if found or account is None:
        ordered = [cause for cause in _IN_ORDER if cause in found]
        return Refuse(
            causes=tuple(ordered) or (Cause.UNKNOWN_ADDRESS,), note="; ".join(notes)
        )
    if credential is None or evidence.elsewhere:
        # Another authority has checked the secret: nothing of ours can be changed.
        return Grant(account=account, credential=credential)
    if evidence.asked.form is Form.TEMPORARY or credential.must_change:
        return RequireChange(account=account, credential=credential)
    return Grant(account=account, credential=credential)


def cleared_by_grant(
    evidence: Evidence, credential: Credential | None, /, *, browser: str
) -> tuple[CounterKey, ...]:
    """Return which counts a granted log-in clears: none from a further browser.

    There the person is written to, and a mail to order is enough to wait for. Whoever
    did not come from a browser of theirs wins no new tries by it either; the next
    log-in clears what is left.
    """
    if is_new_browser(credential, browser):
        return ()
    return cleared_by_login(evidence.asked.counts, evidence.hits)


def _portal_notes(evidence: Evidence, policy: Policy) -> Iterator[str]:
    for check in policy.checks:
        note = check(evidence)
        if note is not None and not isinstance(note, str):
            # A truth value here is a check written for another convention: fail closed.
            raise AdapterError(
                f"expected None or a note, not {type(note).__name__}",
                adapter=getattr(check, "__name__", type(check).__name__),
                verb="check",
            )
        if note is not None:
            yield note


def _looked_at(evidence: Evidence) -> Account:
    """Return the account, or one that stands for nobody and is looked at alike.

    A check that did less for unknown addresses would tell by its time that they are.
    """
    return NO_ACCOUNT if evidence.account is None else evidence.account


def _request(evidence: Evidence, policy: Policy) -> Iterator[Cause]:
    del policy
    if RequestFault.COOKIES_BLOCKED in evidence.attempt.faults:
        yield Cause.COOKIES_BLOCKED
    if RequestFault.CSRF in evidence.attempt.faults:
        yield Cause.CSRF


def _place(evidence: Evidence, policy: Policy) -> Iterator[Cause]:
    del policy
    portal = evidence.asked.portal
    if portal is None or (
        _looked_at(evidence).audience not in portal.audiences
        and evidence.account is not None
    ):
        yield Cause.WRONG_PORTAL


def _throttle(evidence: Evidence, policy: Policy) -> Iterator[Cause | None]:
    del policy
    too_often = is_too_often(evidence.asked.counts, evidence.hits)
    locked = is_locked(evidence.asked.counts, evidence.hits)
    yield Cause.THROTTLED if too_often else None
    yield Cause.LOCKED if locked else None


def _address(evidence: Evidence, policy: Policy) -> Iterator[Cause]:
    asked, account = evidence.asked, evidence.account
    is_alias = _looked_at(evidence).key != asked.key
    if asked.address is None:
        yield Cause.MALFORMED_ADDRESS
    elif account is None:
        # With a good link, somebody holds it under an address never invited.
        has_link = evidence.link is not None
        yield Cause.NOT_INVITED if has_link else Cause.UNKNOWN_ADDRESS
    elif is_alias and policy.aliases is AliasLogin.REFUSED:
        yield Cause.ALIAS_USED


def _status(evidence: Evidence, policy: Policy) -> Iterator[Cause | None]:
    del policy
    # The one that is looked at for nobody is active.
    disabled = _looked_at(evidence).status is not Status.ACTIVE
    yield Cause.DISABLED if disabled else None


def _link(evidence: Evidence, policy: Policy) -> Iterator[Cause]:
    asked, account, link = evidence.asked, evidence.account, evidence.link
    given = evidence.attempt.link is not None
    required = _looked_at(evidence).audience in policy.link_required
    required = required and account is not None
    if required and not given:
        yield Cause.LINK_MISSING
    if given and (required or account is None):
        yield from link_causes(
            asked.claim,
            link,
            tenant=asked.tenant,
            at=evidence.at,
            leeway=policy.lifetimes.leeway,
        )
    if (
        required
        and account is not None
        and link is not None
        and not fits_recipient(link, account=account.id, keys=account.keys)
    ):
        yield Cause.LINK_FOR_OTHER_RECIPIENT


def _secret(evidence: Evidence, policy: Policy) -> Iterator[Cause]:
    del policy
    # Looked for before it is asked whose secret it is: the same work for nobody's.
    found = tuple(_secret_causes(evidence))
    if evidence.account is not None:
        yield from found


def _secret_causes(evidence: Evidence) -> Iterator[Cause]:
    credential, match = evidence.credential, evidence.match
    if match is Match.HASH_UNUSABLE:
        yield Cause.HASH_UNUSABLE
    elif evidence.elsewhere:
        if match is not Match.RIGHT:
            yield Cause.WRONG_PASSWORD
    elif evidence.asked.form is Form.TEMPORARY:
        yield from _temporary(evidence, credential)
    elif (
        credential is None
        or credential.password_hash is None
        or match is not Match.RIGHT
    ):
        yield _lasting(evidence, credential)


def _lasting(evidence: Evidence, credential: Credential | None) -> Cause:
    # The form goes first: it is the attempt's, and the same for every account.
    if (
        evidence.asked.form is Form.MISTYPED_TEMPORARY
        and credential is not None
        and credential.temporary is not None
    ):
        return Cause.TEMP_WRONG
    if credential is None or credential.password_hash is None:
        return Cause.NO_PASSWORD_SET
    return Cause.WRONG_PASSWORD


def _temporary(evidence: Evidence, credential: Credential | None) -> Iterator[Cause]:
    live = None if credential is None else credential.temporary
    if live is not None and evidence.match is Match.RIGHT:
        if live.until <= evidence.at:
            yield Cause.TEMP_EXPIRED
        return
    dead = () if credential is None else credential.dead
    deaths = [gone.death for gone in dead if gone.fingerprint in evidence.fingerprints]
    if not deaths:
        yield Cause.TEMP_WRONG
    elif deaths[0] is Death.USED:
        yield Cause.TEMP_USED
    else:
        yield Cause.TEMP_SUPERSEDED


def _permission(evidence: Evidence, policy: Policy) -> Iterator[Cause]:
    del policy
    if evidence.permitted is not True and evidence.account is not None:
        yield Cause.NO_PERMISSION


CHECKS: tuple[Callable[[Evidence, Policy], Iterator[Cause | None]], ...] = (
    _request,
    _place,
    _throttle,
    _address,
    _status,
    _link,
    _secret,
    _permission,
)
"""Every check of the library. A portal can add to them, not take away.

For a state that an account may be in, a check says None where it is not: to say a cause
more takes some tenths of a microsecond.
"""
