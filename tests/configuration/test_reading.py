from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import Path

import pytest

from securelogin import (
    RECOMMENDED,
    Audience,
    Factors,
    KeyRing,
    Lifetimes,
    Limits,
    Policy,
    WiringError,
)
from securelogin.configuration import Configuration, read_configuration

PORTAL = """
[[portals]]
tenant = "acme"
name = "Acme Secure Messaging"
url = "https://portal.acme.example/secure/"
contact = "it@acme.example"
"""


def read(text: str, folder: Path, **variables: str) -> Configuration:
    file = folder / "installation.toml"
    file.write_text(text, "utf-8")
    return read_configuration(
        file,
        environment={f"SECURELOGIN_{name}": value for name, value in variables.items()},
    )


def refused(text: str, folder: Path, **variables: str) -> WiringError:
    with pytest.raises(WiringError) as caught:
        read(text, folder, **variables)
    return caught.value


def test_nothing_set_gives_the_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    found = read_configuration(environment={})

    assert (found.portals, found.keys, found.store.url) == ((), None, None)
    assert (found.policy.limits, found.policy.lifetimes) == (Limits(), Lifetimes())
    assert found.hasher.parameters == RECOMMENDED


def test_usual_file_and_the_process_environment_are_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECURELOGIN_LIMITS_RESETS", "2")
    Path("securelogin.toml").write_text("[limits]\ntries = 4\nresets = 9\n")

    limits = read_configuration().policy.limits

    assert (limits.tries, limits.resets) == (4, 2)


def test_variable_names_the_file(tmp_path):
    file = tmp_path / "other.toml"
    file.write_text("[limits]\ntries = 4\n")

    found = read_configuration(environment={"SECURELOGIN_CONFIG": str(file)})

    assert found.policy.limits.tries == 4


def test_portals_are_read_in_their_order(tmp_path):
    second = PORTAL.replace("/secure/", "/guests/") + 'audiences = ["external"]\n'

    first, other = read(PORTAL + second, tmp_path).portals

    assert first.base == "https://portal.acme.example/secure/"
    assert other.audiences == {Audience.EXTERNAL}


EVERY_KIND = """
[policy]
factors = "second_factor"
minimum_length = 12
context_words = ["acme", "globex"]
link_required = ["internal", "external"]
optional_notices = []
[limits]
window = "90 seconds"
[lifetimes]
link = "1 day"
temporary = "10 minutes"
session = "12hours"
[hasher]
memory = 19456
passes = 2
[pool]
size = 3
[redis]
url = "redis://127.0.0.1:6379/0"
"""


def test_every_kind_of_value_is_read(tmp_path):
    found = read(EVERY_KIND, tmp_path)

    assert found.policy == Policy(
        factors=Factors.SECOND_FACTOR,
        minimum_length=12,
        context_words=("acme", "globex"),
        link_required=frozenset(Audience),
        optional_notices=frozenset(),
        limits=Limits(window=timedelta(seconds=90)),
        lifetimes=Lifetimes(
            link=timedelta(days=1),
            temporary=timedelta(minutes=10),
            session=timedelta(hours=12),
        ),
        messages=found.policy.messages,
    )
    assert (found.hasher.parameters.memory, found.pool.size) == (19_456, 3)
    assert found.redis.url is not None
    assert found.redis.url.reveal() == "redis://127.0.0.1:6379/0"


def test_variables_go_before_the_file(tmp_path):
    found = read(
        '[limits]\ntries = 4\n[policy]\ncontext_words = ["a"]\n',
        tmp_path,
        LIMITS_TRIES="5",
        POLICY_CONTEXT_WORDS="acme, globex,",
        LIFETIMES_LINK="3 days",
        STORE_URL="postgresql://u:swordfish@db.example/x",
    )

    assert found.policy.limits.tries == 5
    assert found.policy.context_words == ("acme", "globex")
    assert found.policy.lifetimes.link == timedelta(days=3)
    assert found.store.url is not None
    assert found.store.url.reveal() == "postgresql://u:swordfish@db.example/x"
    assert "swordfish" not in repr(found)


def test_own_texts_are_taken(tmp_path):
    found = read('[messages.en]\noverloaded = "Come back later."\n', tmp_path)

    assert found.policy.messages.text("overloaded") == "Come back later."


def test_secret_comes_from_a_file_beside_the_configuration(tmp_path):
    (tmp_path / "password").write_text("swordfish\n")

    found = read('[smtp]\nuser = "portal"\npassword_file = "password"\n', tmp_path)

    assert found.smtp.password is not None
    assert found.smtp.password.reveal() == "swordfish"


def test_variable_may_name_a_secrets_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("password").write_text("swordfish")

    found = read_configuration(
        environment={"SECURELOGIN_SMTP_PASSWORD_FILE": "password"}
    )

    assert found.smtp.password is not None
    assert found.smtp.password.reveal() == "swordfish"


def test_files_that_were_read_are_told_and_no_others(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "password").write_text("swordfish\n")
    Path("url").write_text("postgresql://u:swordfish@db.example/x")
    text = '[smtp]\nuser = "me"\npassword_file = "password"\n[redis]\nurl_file = "no"\n'

    found = read(text, tmp_path, STORE_URL_FILE="url", REDIS_URL="redis://x.example")

    assert found.file == tmp_path / "installation.toml"
    assert set(found.secret_files) == {Path("url"), tmp_path / "password"}
    assert "swordfish" not in repr(found)


def test_without_a_file_none_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = read_configuration(environment={"SECURELOGIN_LIMITS_TRIES": "4"})

    assert (found.file, found.secret_files) == (None, ())


def test_secret_in_a_variable_goes_before_its_file(tmp_path):
    found = read('[smtp]\npassword_file = "not there"\n', tmp_path, SMTP_PASSWORD="x")

    assert found.smtp.password is not None
    assert found.smtp.password.reveal() == "x"


def test_one_key_needs_no_name(tmp_path):
    found = read("", tmp_path, KEYS=KeyRing.new_key())

    assert found.keys is not None
    assert len(found.keys) == 1


def test_keys_are_taken_by_name_in_any_order(tmp_path):
    old, new = KeyRing.new_key(), KeyRing.new_key()
    (tmp_path / "keys").write_text(f"older:{old}\ncurrent:{new}\n")

    found = read('keys_file = "keys"\n', tmp_path)

    assert found.keys is not None
    assert found.keys.derived("x") == KeyRing(new, old).derived("x")


def test_pepper_is_read_as_keys_are(tmp_path):
    found = read("", tmp_path, HASHER_PEPPER=KeyRing.new_key())

    assert "keyid=" in found.hasher._head


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("[limits]\ntries = 0", "limits.tries"),
        ("[limits]\ntries = true", "limits.tries"),
        ('[limits]\ntries = "some"', "limits.tries"),
        ("[limits]\ntrys = 4", "limits.trys"),
        ("[limits]\nwindow = 15", "limits.window"),
        ('[limits]\nwindow = "15 parsecs"', "limits.window"),
        ('[lifetimes]\nlink = "9999 days"', "lifetimes.link"),
        (
            '[lifetimes]\nsession_idle = "1 minute"',
            "lifetimes.session_idle, seen_every",
        ),
        ('[policy]\nfactors = "three"', "policy.factors"),
        ("[policy]\nminimum_length = 3", "policy.minimum_length"),
        ("[policy]\ncontext_words = 3", "policy.context_words"),
        ("[policy]\ncontext_words = [3]", "policy.context_words"),
        ("[policy]\nchecks = []", "policy.checks"),
        ("[messages]\nen = 3", "messages.en"),
        ("[messages.en]\nrefused = 3", "messages.en"),
        ('[hasher]\nmemory = "lots"', "hasher.memory"),
        ("[hasher]\nmemory = 8", "hasher"),
        ("limits = 3", "limits"),
        ("portals = 3", "portals"),
        ('[portals]\ntenant = "acme"', "portals"),
        (PORTAL.replace('tenant = "acme"', ""), "portals[0].tenant"),
        (PORTAL.replace("https:", "ftp:"), "portals[0].url"),
        ("surprise = 1", "surprise"),
        ("[surprise]\nx = 1", "[surprise]"),
        ('keys_file = "not there"', "keys_file"),
        ("keys_file = 3", "keys_file"),
        ("[smtp]\npassword = 3", "smtp.password"),
    ],
)
def test_error_names_the_setting_the_file_and_a_cure(tmp_path, text, setting):
    error = refused(text, tmp_path)

    named = error.setting.split(" in ")[0]
    assert named == setting
    assert error.setting == setting or error.setting.endswith("installation.toml")
    assert error.cure


def test_what_file_and_variables_say_is_checked_together(tmp_path):
    text = '[lifetimes]\nsession_idle = "10 minutes"\n'

    found = read(text, tmp_path, LIFETIMES_SEEN_EVERY="5 minutes")
    error = refused(text, tmp_path, LIFETIMES_SEEN_EVERY="6 minutes")

    assert found.policy.lifetimes.seen_every == timedelta(minutes=5)
    assert "5 minutes at most" in error.cure
    assert "12 minutes at least" in error.cure


def test_error_in_texts_names_the_language(tmp_path):
    assert "'en'" in refused('[messages.en]\nrefuse = "x"\n', tmp_path).setting


def test_near_miss_is_told(tmp_path):
    assert "Did you mean tries?" in refused("[limits]\ntrys = 4", tmp_path).problem


def test_variable_is_named_as_it_is_written(tmp_path):
    error = refused("[limits]\ntries = 4", tmp_path, LIMITS_TRIES="many")

    assert error.setting == "SECURELOGIN_LIMITS_TRIES"


def test_misspelt_variable_is_refused(tmp_path):
    error = refused("", tmp_path, SMTP_PASWORD="swordfish")

    assert error.setting == "SECURELOGIN_SMTP_PASWORD"
    assert "SMTP_PASSWORD?" in error.problem


def test_variables_of_others_are_left_alone(tmp_path):
    assert read("", tmp_path, TEST_POSTGRES_URL="x", TOUR_STORE="y").portals == ()


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ('[smtp]\npassword = "swordfish"', "smtp.password"),
        ('keys = "swordfish"', "keys"),
        ('[hasher]\npepper = "swordfish"', "hasher.pepper"),
        ('[store]\nurl = "postgresql://u:swordfish@db/x"', "store.url"),
        ('[store]\nurl = "postgresql://db/x?user=u&password=swordfish"', "store.url"),
        ('[store]\nurl = "postgresql://u:sword/swordfish@db/x"', "store.url"),
        ('[store]\nurl = "postgresql://u:?swordfish@db/x"', "store.url"),
        ('[store]\nurl = "postgresql://u@db:swordfish@db/x"', "store.url"),
        ('[store]\nurl = "postgresql://u:#swordfish@db/x"', "store.url"),
        ('[store]\nurl = "postgresql://u:[swordfish@db/x"', "store.url"),
        ('[redis]\nurl = "redis://:swordfish@cache/0"', "redis.url"),
    ],
)
def test_13_3_1_secret_in_the_file_is_refused_and_not_repeated(tmp_path, text, setting):
    error = refused(text, tmp_path)

    assert error.setting.startswith(f"{setting} in ")
    assert "SECURELOGIN_" in error.cure
    assert "_file" in error.cure
    assert "swordfish" not in whole_report(error)


@pytest.mark.parametrize(
    "keys",
    [
        "swordfish",
        "current:swordfish",
        "swordfish swordfish",
        "current:swordfish current:swordfish",
        "older:swordfish",
        "newest:swordfish",
        "",
    ],
)
def test_refused_key_is_in_no_traceback(tmp_path, keys):
    error = refused("", tmp_path, KEYS=keys)

    assert error.setting == "keys"
    assert "securelogin keys new" in error.cure
    assert "swordfish" not in whole_report(error)


@pytest.mark.parametrize(
    "text", ['password = "swordfish', '[smtp]\npassword = "swordfish"\n[smtp]\n']
)
def test_broken_file_is_not_quoted(tmp_path, text):
    error = refused(text, tmp_path)

    assert "it is no TOML" in error.problem
    assert "(at " in error.problem
    assert "swordfish" not in whole_report(error)


@pytest.mark.parametrize("name", ["not there.toml", ".", "nul\0"])
def test_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(WiringError, match="it cannot be read"):
        read_configuration(tmp_path / name, environment={})


def test_url_that_is_none_is_left_to_the_store(tmp_path):
    url = read('[store]\nurl = "postgresql://[x/y"', tmp_path).store.url

    assert url is not None


def whole_report(error: BaseException) -> str:
    """Return what a crash report could show of an error: all our frames, all names."""
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The test itself knows what it wrote.
    report.stack = traceback.StackSummary.from_list(
        [frame for frame in report.stack if "/tests/" not in frame.filename]
    )
    chained = [error.__cause__, error.__context__]
    return "".join(report.format(chain=True)) + repr(chained)
