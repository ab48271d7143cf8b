"""The tour: a whole log-in, played on real storage and real mail, checked step by step.

    stage      one portal, wired through the public face
    story      the good way in          failures      every way to fail
    telling    compares and counts      show          the terminal
    post       letters as they arrive   smtp_server   where they arrive

For `securelogin tour`, with the extra `demo`. A portal needs none of this.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from sqlalchemy import MetaData, create_engine
from sqlalchemy.exc import SQLAlchemyError

from securelogin.adapters import Mailer
from securelogin.errors import SecureLoginError
from securelogin.hidden import Hidden
from securelogin.mailers.smtp import SMTPMailer
from securelogin.passwords import PasswordHasher
from securelogin.stores.sql import SQLStore, make_tables
from securelogin.tour.failures import WAYS_TO_FAIL
from securelogin.tour.post import KeepingMailer
from securelogin.tour.show import TerminalScreen, show_facts, show_verdict
from securelogin.tour.smtp_server import LoopbackServer
from securelogin.tour.stage import SENDER, Stage
from securelogin.tour.story import GOOD_WAY
from securelogin.tour.telling import StoryEnds, Telling

__all__ = ["SMTPServer", "play", "take_tour"]

_FILE_NAME = "tour.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class SMTPServer:
    """A mail server to send the tour's mails to."""

    url: str
    user: str | None = None
    password: Hidden | None = None


def take_tour(
    console: Console,
    /,
    *,
    database: str | None = None,
    server: SMTPServer | None = None,
    keep: bool = False,
    hasher: PasswordHasher | None = None,
    telling: Telling | None = None,
) -> bool:
    """Set everything up, play the story, clear up; return whether all was as expected.

    Args:
        database: URL of a database; a new SQLite file by default. The tour makes tables
            of its own there and touches no others.
        server: where mails go; a server of the tour's own on loopback by default.
        keep: leave the file or the tables where they are, and say where.
        hasher: Argon2 with the recommended cost by default.
        telling: keeps account of it; by default one that shows it in the terminal.

    Raises:
        WiringError: a URL is unfit.
        Unavailable: the database does not answer.
    """
    with ExitStack() as stack:
        store, place = _open_store(stack, console, database, keep=keep)
        post = _open_post(stack, server)
        show_facts(
            console,
            title="securelogin tour",
            facts={"Store": place, "Mail": post.place},
        )
        stage = Stage(
            store=store, mailer=post.mailer, received=post.received, hasher=hasher
        )
        is_as_expected = play(stage, console, telling=telling)
        if trouble := post.trouble():
            show_facts(
                console, title="Mail that did not go out", facts={"Why": trouble}
            )
        if keep:
            show_facts(console, title="Kept", facts={"Store": place})
        return is_as_expected


def play(stage: Stage, console: Console, /, *, telling: Telling | None = None) -> bool:
    """Play the whole story on *stage*; return whether every step was as expected.

    The first step without which the story cannot go on ends it, and so does an adapter
    that fails. Needs about fifty runs of Argon2.
    """
    telling = telling or Telling(TerminalScreen(console))
    try:
        for scene in (*GOOD_WAY, *WAYS_TO_FAIL):
            scene(stage, telling)
    except StoryEnds:
        telling.screen.say("Without this step the story cannot go on.")
    except SecureLoginError as error:
        # Such an error holds no secret and nothing that was typed (see `errors`).
        telling.check(
            "the portal goes on working", problem=f"{type(error).__name__}: {error}"
        )
    show_verdict(console, telling)
    return not telling.failures


def _open_store(
    stack: ExitStack, console: Console, database: str | None, *, keep: bool
) -> tuple[SQLStore, str]:
    """Return a store with fresh tables, and where it is in words."""
    prefix = "securelogin_"
    if database is None:
        folder = tempfile.mkdtemp(prefix="securelogin-tour-")
        path = Path(folder) / _FILE_NAME
        if not keep:
            stack.callback(_remove_folder, path.parent)
        url, place = f"sqlite:///{path.as_posix()}", f"SQLite file {path}"
    else:
        # Tables of its own: the courier takes whatever lies in an outbox, and the
        # same people are registered in each tour.
        prefix = f"tour_{secrets.token_hex(3)}_"
        url, place = database, f"the given database, tables {prefix}*"
    store = SQLStore(url, prefix=prefix)
    if database is not None and not keep:
        stack.callback(_drop_tables, console, url, prefix=prefix)
    stack.callback(store.close)
    store.create()
    return store, place


@dataclass(frozen=True, slots=True, kw_only=True)
class _Post:
    """Where mails go, and what tells the tour about it."""

    mailer: Mailer
    received: Callable[[], Sequence[bytes]]
    trouble: Callable[[], str]
    place: str


def _open_post(stack: ExitStack, server: SMTPServer | None) -> _Post:
    """Return a way for mails: to a server of the tour's own, or to the given one."""
    own = None
    if server is None:
        own = stack.enter_context(LoopbackServer())
        server = SMTPServer(url=own.url)
    keeping = KeepingMailer(
        SMTPMailer(
            server.url, sender=SENDER, user=server.user, password=server.password
        ),
        sender=SENDER,
    )
    return _Post(
        mailer=keeping,
        # The tour's own server shows what came over the wire, not a copy.
        received=lambda: (own or keeping).received,
        trouble=lambda: keeping.trouble,
        place=(
            f"{server.url}; shown are copies of what it has accepted"
            if own is None
            else f"SMTP server of the tour, {server.url}"
        ),
    )


def _remove_folder(folder: Path) -> None:
    # SQLite leaves its journal files beside the database.
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def _drop_tables(console: Console, url: str, /, *, prefix: str) -> None:
    """Remove the tour's tables; say so if that fails, for nobody else would know."""
    metadata = MetaData()
    make_tables(metadata, prefix=prefix)
    engine = create_engine(url)
    try:
        metadata.drop_all(engine)
    except SQLAlchemyError as error:
        show_facts(
            console,
            title="Not removed",
            facts={"Tables": f"{prefix}* ({type(error).__name__})"},
        )
    finally:
        engine.dispose()
