from __future__ import annotations

import base64
import json
import runpy
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

import securelogin.tour
from securelogin import KeyRing, cli
from securelogin.errors import Unavailable
from securelogin.outcomes import PublicFailure
from securelogin.tour.telling import Refusal
from tests.wiring import cheap_hasher

RUNNER = CliRunner()


def run(*arguments: str, **environment: str) -> Any:
    return RUNNER.invoke(cli.app, arguments, env=environment)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Note what the command hands to the tour, which is not taken."""
    seen: list[dict[str, Any]] = []

    def take(console: object, /, **options: Any) -> bool:
        del console, options["telling"]
        seen.append(options)
        return True

    monkeypatch.setattr(securelogin.tour, "take_tour", take)
    return seen


def test_new_key_is_one_that_a_key_ring_takes() -> None:
    first, second = (run("keys", "new").stdout.strip() for _ in range(2))

    assert first != second
    assert len(base64.urlsafe_b64decode(first)) == 32
    assert len(KeyRing(first, second)) == 2


def test_version_is_that_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "version", lambda name: f"1.2.3 of {name}")

    result = run("--version")

    assert (
        result.exit_code,
        result.stdout,
    ) == (0, "securelogin 1.2.3 of securelogin\n")


def test_main_runs_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["securelogin", "keys", "new"])

    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 0
    assert len(capsys.readouterr().out) == 45


def test_tour_is_taken_with_its_defaults(asked: list[dict[str, Any]]) -> None:
    result = run("tour")

    assert result.exit_code == 0
    assert asked == [{"database": None, "server": None, "keep": False}]


def test_options_reach_the_tour(asked: list[dict[str, Any]]) -> None:
    run(
        "tour",
        "--store",
        "sqlite:///x.db",
        "--smtp",
        "smtp://127.0.0.1:1025",
        "--keep",
    )

    (options,) = asked
    server = options["server"]
    assert (options["database"], options["keep"]) == ("sqlite:///x.db", True)
    assert (
        server.url,
        server.user,
        server.password,
    ) == ("smtp://127.0.0.1:1025", None, None)


def test_what_holds_a_secret_comes_from_the_environment(
    asked: list[dict[str, Any]],
) -> None:
    run(
        "tour",
        SECURELOGIN_TOUR_STORE="postgresql://u:swordfish@db.example/x",
        SECURELOGIN_TOUR_SMTP="smtps://mail.example",
        SECURELOGIN_TOUR_SMTP_USER="tour",
        SECURELOGIN_TOUR_SMTP_PASSWORD="marlin",
    )

    (options,) = asked
    assert options["database"] == "postgresql://u:swordfish@db.example/x"
    assert (
        options["server"].user,
        options["server"].password.reveal(),
    ) == ("tour", "marlin")


@pytest.mark.parametrize(
    ("option", "url"),
    [
        ("--store", "postgresql://u:swordfish@db.example/x"),
        ("--store", "postgresql://db.example/x?user=u&Password=swordfish"),
        ("--smtp", "smtp://u:swordfish@mail.example"),
    ],
)
def test_password_in_an_argument_is_refused_and_not_repeated(
    asked: list[dict[str, Any]], option: str, url: str
) -> None:
    result = run("tour", option, url)

    assert result.exit_code == 2
    assert "put the URL into SECURELOGIN_TOUR_" in result.stderr
    assert "swordfish" not in result.output
    assert asked == []


def test_url_that_cannot_be_read_is_told_without_a_traceback() -> None:
    result = run("tour", "--store", "postgresql://[x/y")

    assert result.exit_code == 2
    assert result.stderr.startswith("securelogin: ")


def test_failed_step_gives_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(securelogin.tour, "take_tour", lambda *_, **__: False)

    assert run("tour").exit_code == 1


def test_unfit_setting_gives_exit_code_2(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bool:
        raise Unavailable("the database failed", adapter="SQLStore", verb="create")

    monkeypatch.setattr(securelogin.tour, "take_tour", fail)

    result = run("tour")

    assert (
        result.exit_code,
        result.stderr,
    ) == (2, "securelogin: SQLStore.create: the database failed.\n")


def test_whole_tour_ends_with_exit_code_0(monkeypatch: pytest.MonkeyPatch) -> None:
    take = securelogin.tour.take_tour
    monkeypatch.setattr(
        securelogin.tour,
        "take_tour",
        lambda console, /, **options: take(console, hasher=cheap_hasher(), **options),
    )

    result = run("tour")

    assert result.exit_code == 0, result.output
    assert "steps were as expected." in result.stdout


def test_tour_in_json_is_one_account_of_all_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def take(console: Any, /, *, telling: Any, **options: Any) -> bool:
        del options
        console.print("not to be seen")
        telling.check("all is well")
        telling.check("so is this", problem="it is not")
        public = PublicFailure(code="c", message="m", advice="a", reference="R")
        telling.refusals.append(
            Refusal(name="late", typed="…", public=public, diagnosis=None, problems=())
        )
        return False

    monkeypatch.setattr(securelogin.tour, "take_tour", take)

    result = run("tour", "--json")

    told = json.loads(result.stdout)
    assert (result.exit_code, told["steps"]) == (1, 2)
    assert told["failures"] == ["so is this: it is not"]
    (refusal,) = told["refusals"]
    assert (refusal["name"], refusal["reference"]) == ("late", "R")


def test_missing_extra_of_the_tour_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "securelogin.tour")
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)

    result = run("tour")

    assert result.exit_code == 2
    assert "pip install 'securelogin[demo]'" in result.stderr


def test_missing_extra_of_the_command_line_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)

    with pytest.raises(SystemExit, match=r"pip install 'securelogin\[cli\]'"):
        runpy.run_path(cli.__file__)
