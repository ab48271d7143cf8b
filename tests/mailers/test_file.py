from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from securelogin.adapters import AsyncMailer, Mailer
from securelogin.errors import WiringError
from securelogin.guards import guarded
from securelogin.mail import Delivery, DeliveryState, MailKind
from securelogin.mailers.file import AsyncFileMailer, FileMailer
from securelogin.mailers.letters import Letter, Letters
from tests.mailers.servers import PASSWORD, Colour, make_mail, parsed

ACCEPTED, REFUSED, POSTPONED = DeliveryState
NAME = "20260302T093000Z-temporary_password-Zm9vYmFyYmF6cXV4MTIzNA.eml"


def made(colour: Colour, folder: Path, **options: Any) -> Any:
    kind: Any = FileMailer if colour.name == "sync" else AsyncFileMailer
    return kind(folder, **options)


def test_colours_pass_the_guard_of_their_own_flows(tmp_path: Path) -> None:
    assert guarded(FileMailer(tmp_path), Mailer, setting="mailer")
    assert guarded(AsyncFileMailer(tmp_path), AsyncMailer, setting="mailer")


def test_mail_becomes_one_file_that_a_mail_program_reads(
    colour: Colour, tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "b"
    delivery = colour.send(made(colour, folder))

    assert delivery == Delivery(state=ACCEPTED, detail="written to a file")
    (file,) = folder.iterdir()
    message = parsed(file.read_bytes())
    assert file.name == NAME
    assert message["From"].addresses[0].addr_spec == "portal@mailer.example"
    assert PASSWORD in message.get_body(("plain",)).get_content()


def test_file_is_for_its_owner_only(colour: Colour, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    colour.send(made(colour, folder))

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / NAME)]
    assert modes == [0o700, 0o600]


def test_sender_and_letters_are_the_portals_own(colour: Colour, tmp_path: Path) -> None:
    letter = Letter(subject="Mine", text="$password")
    letters = Letters({"en": {MailKind.TEMPORARY_PASSWORD: letter}})
    mailer = made(colour, tmp_path, sender="me@acme.example", letters=letters)
    colour.send(mailer)

    message = parsed((tmp_path / NAME).read_bytes())
    assert message["From"].addresses[0].addr_spec == "me@acme.example"
    assert message["Subject"] == "Mine"


def test_second_try_at_the_same_time_leaves_one_file(
    colour: Colour, tmp_path: Path
) -> None:
    mailer = made(colour, tmp_path)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: colour.send(mailer), range(8)))

    assert {answer.state for answer in answers} == {ACCEPTED}
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_unfit_recipient_is_refused_and_leaves_no_file(
    colour: Colour, tmp_path: Path
) -> None:
    delivery = colour.send(made(colour, tmp_path), make_mail(to="a@b, c@d"))

    assert delivery == Delivery(state=REFUSED, detail="unfit for a header: to")
    assert list(tmp_path.iterdir()) == []


def test_folder_that_went_away_is_postponed(colour: Colour, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    mailer = made(colour, folder)
    folder.rmdir()

    assert colour.send(mailer) == Delivery(
        state=POSTPONED, detail="file FileNotFoundError"
    )


def test_file_that_cannot_be_put_in_place_leaves_nothing_behind(
    colour: Colour, tmp_path: Path
) -> None:
    (tmp_path / NAME).mkdir()
    delivery = colour.send(made(colour, tmp_path))

    assert delivery == Delivery(state=POSTPONED, detail="file IsADirectoryError")
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_folder_that_cannot_be_made_is_refused_when_wired(
    colour: Colour, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(WiringError) as caught:
        made(colour, tmp_path / "file")
    assert caught.value.setting == "FileMailer(folder)"


def test_unfit_sender_is_refused_when_wired(colour: Colour, tmp_path: Path) -> None:
    with pytest.raises(WiringError) as caught:
        made(colour, tmp_path, sender="Acme <a@b.example>")
    assert caught.value.setting == "FileMailer(sender=…)"
