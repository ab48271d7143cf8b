"""Backends: RFC 9106's own vector, the same tags from each, and the lock let go."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest
from argon2 import low_level
from hypothesis import given, settings
from hypothesis import strategies as st

from securelogin import argon2_backends
from securelogin.argon2_backends import (
    Argon2Backend,
    Argon2CFFI,
    Libsodium,
    default_backend,
)
from securelogin.errors import Unavailable, WiringError
from securelogin.hidden import Hidden
from securelogin.passwords import Match, PasswordHasher
from securelogin.phc import Argon2Parameters
from tests.wiring import ANY_COST, CHEAPEST, PASSWORD, cheap_hasher

BACKENDS = {"argon2-cffi": Argon2CFFI(), "libsodium": Libsodium()}
RFC_TAG = bytes.fromhex(
    "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
)
"""RFC 9106, 5.3: Argon2id, 32 KiB, 3 passes, 4 lanes, a secret, associated data."""


@pytest.fixture(params=BACKENDS.values(), ids=BACKENDS)
def backend(request) -> Argon2Backend:
    return request.param


def test_rfc_9106_the_library_under_argon2_cffi_gives_the_vector():
    ffi, lib = low_level.ffi, low_level.lib
    tag = ffi.new("uint8_t[32]")
    inputs = [
        ffi.new("uint8_t[]", bytes([byte]) * length)
        for byte, length in ((1, 32), (2, 16), (3, 8), (4, 12))
    ]
    context = ffi.new(
        "argon2_context *",
        {
            "out": tag,
            "outlen": 32,
            "version": lib.ARGON2_VERSION_13,
            "pwd": inputs[0],
            "pwdlen": 32,
            "salt": inputs[1],
            "saltlen": 16,
            "secret": inputs[2],
            "secretlen": 8,
            "ad": inputs[3],
            "adlen": 12,
            "t_cost": 3,
            "m_cost": 32,
            "lanes": 4,
            "threads": 4,
            "allocate_cbk": ffi.NULL,
            "free_cbk": ffi.NULL,
            "flags": lib.ARGON2_DEFAULT_FLAGS,
        },
    )

    assert low_level.core(context, low_level.Type.ID.value) == lib.ARGON2_OK
    assert bytes(tag) == RFC_TAG


# Tags of the reference implementation's own command line (its test.c, version 19).
REFERENCE = [
    (
        65_536,
        2,
        1,
        "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
    ),
    (256, 2, 1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
    (256, 2, 2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
]


@pytest.mark.parametrize(("memory", "passes", "lanes", "tag"), REFERENCE)
def test_the_reference_implementations_vectors(backend, memory, passes, lanes, tag):
    parameters = Argon2Parameters(memory=memory, passes=passes, lanes=lanes)

    made = backend.run(b"password", salt=b"somesalt", parameters=parameters, length=32)

    assert made.hex() == tag


SALT = st.binary(min_size=16, max_size=16)
COSTS = st.builds(
    Argon2Parameters,
    memory=st.integers(8, 2_048),
    passes=st.integers(1, 5),
    lanes=st.just(1),
)


@given(
    secret=st.binary(max_size=200),
    salt=SALT,
    parameters=COSTS,
    length=st.integers(16, 64),
)
def test_both_give_the_same_tag(secret, salt, parameters, length):
    assert BACKENDS["libsodium"].fits(parameters, salt=salt, length=length)

    tags = {
        backend.run(secret, salt=salt, parameters=parameters, length=length)
        for backend in BACKENDS.values()
    }

    assert len(tags) == 1


@settings(max_examples=20)
@given(
    password=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    parameters=COSTS,
)
@pytest.mark.parametrize(("maker", "checker"), [(0, 1), (1, 0)])
def test_a_hash_of_one_is_right_by_the_other(maker, checker, password, parameters):
    hashers = [
        PasswordHasher(parameters, bounds=ANY_COST, backend=backend)
        for backend in BACKENDS.values()
    ]
    secret = Hidden(password)

    stored = hashers[maker].hash(secret, account="a1")

    assert hashers[checker].check(secret, stored=stored, account="a1") is Match.RIGHT
    assert not hashers[checker].needs_rehash(stored)
    wrong = Hidden(password + "x")
    assert hashers[checker].check(wrong, stored=stored, account="a1") is Match.WRONG


@pytest.mark.parametrize(
    ("lanes", "salt", "length", "fits"),
    [(1, 16, 32, True), (2, 16, 32, False), (1, 17, 32, False), (1, 16, 15, False)],
)
def test_what_libsodium_cannot_do_is_done_all_the_same(lanes, salt, length, fits):
    parameters = Argon2Parameters(memory=64, passes=2, lanes=lanes)
    options = {"salt": b"s" * salt, "length": length}

    assert BACKENDS["libsodium"].fits(parameters, **options) is fits
    assert (
        len(
            {
                backend.run(b"x", parameters=parameters, **options)
                for backend in BACKENDS.values()
            }
        )
        == 1
    )


LITTLE_MEMORY = """
import resource, sys
from securelogin import argon2_backends
from securelogin.errors import Unavailable
from securelogin.phc import Argon2Parameters

backend = getattr(argon2_backends, sys.argv[1])()
resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))
much = Argon2Parameters(memory=1 << 20, passes=1)
try:
    backend.run(b"the secret", salt=b"s" * 16, parameters=much, length=32)
except Unavailable as error:
    assert error.__context__ is error.__cause__ is None
    frame = error.__traceback__.tb_next.tb_frame
    assert "secret" not in frame.f_locals, frame.f_locals
    sys.exit(0)
sys.exit(1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a limit that Linux keeps")
@pytest.mark.parametrize("name", ["Argon2CFFI", "Libsodium"])
def test_F01_E10_too_little_memory_is_no_wrong_password_and_shows_no_secret(name):
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_MEMORY, name],
        check=False,
        capture_output=True,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("problem", [RuntimeError, MemoryError])
def test_F01_a_run_of_libsodium_that_fails_is_an_outage(problem, monkeypatch):
    backend = Libsodium()

    def fail(*_arguments):
        raise problem

    monkeypatch.setattr(backend, "_run", fail)

    with pytest.raises(Unavailable) as caught:
        backend.run(b"x", salt=b"s" * 16, parameters=CHEAPEST, length=32)
    assert (caught.value.adapter, caught.value.__context__) == ("Libsodium", None)


def test_libsodium_is_chosen_where_it_is_installed():
    assert type(default_backend()) is Libsodium
    assert type(PasswordHasher().backend) is Libsodium


def test_without_pynacl_argon2_cffi_is_chosen_and_the_cure_is_named(monkeypatch):
    monkeypatch.setattr(argon2_backends, "find_spec", lambda _: None)

    assert type(PasswordHasher().backend) is Argon2CFFI
    with pytest.raises(WiringError, match=r"securelogin\[fast\]"):
        Libsodium()


def test_a_backend_that_is_named_is_taken():
    backend = Argon2CFFI()

    assert cheap_hasher(backend=backend).backend is backend


def test_E07_a_row_beyond_the_ceiling_never_reaches_a_backend(backend):
    seen = []

    class Watching:
        def run(self, secret, /, **options):
            seen.append(options["parameters"])
            return backend.run(secret, **options)

    hasher = PasswordHasher(
        Argon2Parameters(memory=7_168, passes=5), backend=Watching()
    )
    for cost in ("m=262145,t=1,p=1", "m=65536,t=11,p=1", "m=65536,t=3,p=17"):
        row = f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"
        match = hasher.check(Hidden(PASSWORD), stored=row, account="a1")
        assert match is Match.HASH_UNUSABLE
    assert seen == [hasher.parameters] * 3


def test_others_run_while_a_backend_does(backend):
    # Long enough for many turns of another thread, even on a busy machine.
    parameters = Argon2Parameters(memory=65_536, passes=4)
    options = {"salt": b"s" * 16, "parameters": parameters, "length": 32}
    running, turns = threading.Event(), 0
    work = threading.Thread(
        target=lambda: (running.set(), backend.run(b"x", **options), running.clear())
    )

    work.start()
    assert running.wait(60)
    while running.is_set():
        turns += 1
        time.sleep(0.001)
    work.join()

    assert turns >= 10
