"""What the demo's support desk finds and does for whoever is logged in.

An administrator sees all of the tenant, a sender what became of their own messages:
the viewer is made from the session, and of nothing that a form says. What is done next
is done only if the diagnosis, made anew for this viewer, has it among its actions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from securelogin.accounts import Account, AccountId
from securelogin.aio.secure_login import AsyncSecureLogin
from securelogin.demo.people import is_administrator
from securelogin.errors import InvalidInput
from securelogin.rules.advice import Action
from securelogin.rules.diagnosis import Diagnosis
from securelogin.rules.ranking import Candidate
from securelogin.viewers import Viewer

__all__ = ["Desk", "Found", "viewer_of"]

_DAY = timedelta(days=1)
_SPAN = timedelta(hours=2)


def viewer_of(account: Account, /) -> Viewer:
    """Return how far somebody sees."""
    if is_administrator(account.primary.text, tenant=account.tenant):
        return Viewer.administrator(account.id, tenant=account.tenant)
    return Viewer.sender(
        account.id, tenant=account.tenant, address=account.primary.text
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the page shows.

    Attributes:
        sought: the reference that was typed.
        clues: what was typed of an attempt without one.
        candidates: what fits those; None if nothing was searched.
        problem: why it could not be searched or done.
        done: what was done just now.
    """

    sought: str = ""
    diagnosis: Diagnosis | None = None
    clues: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] | None = None
    problem: str = ""
    done: str = ""


class Desk:
    """Look up, search, and do what helps next."""

    def __init__(self, auth: AsyncSecureLogin, /) -> None:
        self._auth = auth
        self._calls: Mapping[str, Callable[[AccountId], Awaitable[object]]] = {
            "accounts.enable": auth.accounts.enable,
            "accounts.revoke_password": auth.accounts.revoke_password,
            "accounts.send_temporary_password": auth.accounts.send_temporary_password,
            "links.reissue": auth.links.reissue,
            "sessions.end_all": auth.sessions.end_all,
        }

    async def recent(self, *, by: Viewer) -> list[Candidate]:
        """Return what was refused in the last day."""
        now = self._auth.installation.now()
        found = await self._auth.support.search(by=by, around=now, within=_DAY)
        return [one for one in found if one.cause is not None]

    async def look_up(self, typed: Mapping[str, str], /, *, by: Viewer) -> Found:
        """Explain a reference that somebody has read out."""
        sought = typed.get("reference", "")
        diagnosis = await self._auth.support.find(sought, by=by)
        return Found(sought=sought, diagnosis=diagnosis)

    async def search(self, typed: Mapping[str, str], /, *, by: Viewer) -> Found:
        """Find attempts by what a person remembers."""
        names = ("address", "around", "zone", "url", "browser")
        clues = {name: typed.get(name, "").strip() for name in names}
        try:
            found = await self._auth.support.search(
                by=by,
                address=clues["address"] or None,
                around=_local(clues["around"]),
                zone=clues["zone"] or None,
                within=_SPAN,
                url=clues["url"],
                browser=clues["browser"],
            )
        except InvalidInput as error:
            return Found(clues=clues, problem=f"{error.problem}.".capitalize())
        return Found(clues=clues, candidates=found)

    async def act(self, typed: Mapping[str, str], /, *, by: Viewer) -> Found:
        """Do one thing that the diagnosis offers, and show it as it is then."""
        found = await self.look_up(typed, by=by)
        actions = () if found.diagnosis is None else found.diagnosis.actions
        wanted = next((one for one in actions if one.call == typed.get("call")), None)
        if wanted is None:
            return Found(sought=found.sought, problem="This is not to be done here.")
        await self._do(wanted)
        after = await self.look_up(typed, by=by)
        return Found(
            sought=after.sought,
            diagnosis=after.diagnosis,
            done=f"{wanted.label}: done.",
        )

    async def _do(self, action: Action) -> None:
        await self._calls[action.call](AccountId(action.argument))


def _local(told: str) -> datetime | None:
    """Return the time of a form's field, in the zone that stands beside it."""
    try:
        return datetime.fromisoformat(told) if told else None
    except ValueError:
        pass
    raise InvalidInput(
        "expected a date and a time", field="around", code="time_malformed"
    )
