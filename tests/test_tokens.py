"""Signed tokens: one spelling, one purpose, one tenant."""

from __future__ import annotations

import hashlib
import json
import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import a2b_base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from itsdangerous import Signer

from securelogin.keyring import KeyRing
from securelogin.tokens import LONGEST_TOKEN, Claims, Purpose, read_token, sign_token
from tests.strategies import datetimes, ids, mangled, tenants
from tests.tokens import CLAIMS, KEYS, TENANTS, TOKEN, URL_SAFE, read
from tests.wiring import START


def signed(payload: object, *, salt: str = "link.acme") -> str:
    """Sign any payload at all, as only the holder of a key can."""
    body = urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=")
    return KEYS.signer(salt).sign(body).decode()


def unsigned(payload: str | bytes) -> str:
    """Return what anybody can make: a payload under a made-up signature."""
    raw = payload if isinstance(payload, bytes) else payload.encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode() + "." + "A" * 43


claims = st.builds(
    Claims,
    purpose=st.sampled_from(Purpose),
    tenant=tenants(),
    id=ids() | st.text(string.printable.strip(), min_size=1, max_size=64),
    issued_at=datetimes(),
    until=datetimes(),
    serial=st.integers(0, 2**40),
    tag=st.sampled_from(["e", ""])
    | st.builds("{}.{}".format, st.sampled_from(["old", "new"]), ids()),
)


@given(claims)
def test_F13_what_was_signed_is_read_back(claims):
    token = sign_token(claims, keys=KEYS).reveal()

    assert read(token, purpose=claims.purpose, tenants={claims.tenant}) == claims
    assert len(token) <= LONGEST_TOKEN
    assert set(token) <= {*URL_SAFE, "."}


@given(st.text(min_size=1, max_size=64))
@example("ü" * 64)
@example("\U0001f511" * 64)
@example("0" * 11 + "\x1f" * 13 + "\U00010000" * 6)
def test_no_token_is_given_out_that_cannot_be_read(id_):
    claims = CLAIMS._replace(id=id_)
    try:
        token = sign_token(claims, keys=KEYS).reveal()
    except ValueError:
        return

    assert read(token) == claims


def test_a_token_for_a_link_stays_under_200_characters():
    longest = CLAIMS._replace(tenant="t" * 24, serial=0)

    assert len(sign_token(longest, keys=KEYS).reveal()) < 200


@pytest.mark.parametrize(
    "at",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
        datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ],
    ids=lambda at: str(at.year),
)
def test_F13_the_far_past_and_future_fit_into_a_token(at):
    claims = CLAIMS._replace(issued_at=at, until=at)

    assert read(sign_token(claims, keys=KEYS).reveal()) == claims


def test_E03_E04_F12_whether_a_token_is_in_time_is_not_judged_here():
    past = CLAIMS._replace(until=START - timedelta(days=999))
    future = CLAIMS._replace(issued_at=datetime(2999, 1, 1, tzinfo=UTC))

    for odd in (past, future):
        assert read(sign_token(odd, keys=KEYS).reveal()) == odd


def test_a_time_is_kept_in_whole_seconds_of_utc():
    zone = timezone(timedelta(hours=5, minutes=30))
    local = START.astimezone(zone) + timedelta(microseconds=999_999)

    claims = read(sign_token(CLAIMS._replace(until=local), keys=KEYS).reveal())

    assert claims.until == START
    assert claims.until.tzinfo is UTC


@pytest.mark.parametrize("field", ["issued_at", "until"])
def test_F13_a_time_without_a_zone_is_not_signed(field):
    with pytest.raises(ValueError, match="zone"):
        sign_token(CLAIMS._replace(**{field: datetime(2026, 3, 2)}), keys=KEYS)


# -- one spelling --


@pytest.mark.parametrize("last", URL_SAFE)
def test_E01_F44_only_the_canonical_spelling_of_a_token_is_accepted(last):
    assert (read(TOKEN[:-1] + last) is not None) is (TOKEN[-1] == last)


@pytest.mark.parametrize(
    ("verify", "most"),
    [
        # The reason for ours; when it fails, itsdangerous has changed.
        pytest.param(Signer.verify_signature, 4, id="itsdangerous"),
        pytest.param(type(KEYS.signer("link.acme")).verify_signature, 1, id="ours"),
    ],
)
def test_E01_ours_takes_one_spelling_of_a_signature(verify, most):
    body, _, signature = TOKEN.rpartition(".")
    signer = KEYS.signer("link.acme")
    taken = [last for last in URL_SAFE if verify(signer, body, signature[:-1] + last)]

    assert len(taken) == most


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token + "=",
        lambda token: token.replace(".", "=."),
        str.lower,
        str.upper,
        str.swapcase,
        lambda token: token + "A",
        lambda token: token[:-1],
        lambda token: token[1:],
        lambda token: token.replace(".", ".."),
        lambda token: token.replace(".", ""),
        lambda token: token + "." + token.rpartition(".")[2],
        lambda token: token.replace("e", "\uff45", 1),
        lambda token: token + "\0",
        lambda token: token[:-1] + "\ud800",
        lambda token: token.replace("-", "+").replace("_", "/") + "/",
    ],
)
def test_E01_F44_no_other_spelling_is_accepted(change):
    assert read(change(TOKEN)) is None


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from(URL_SAFE + "."))
def test_F44_no_character_can_be_another(place, symbol):
    forged = TOKEN[:place] + symbol + TOKEN[place + 1 :]

    assert (read(forged) is not None) is (forged == TOKEN)


def test_E01_a_payload_with_loose_bits_at_its_end_is_refused():
    # Signed, and still refused: there is one spelling of every payload.
    for length in range(1, 4):
        loose = CLAIMS._replace(tag="x" * length)
        body, _, _ = sign_token(loose, keys=KEYS).reveal().rpartition(".")
        if len(body) % 4 == 0:
            continue
        other = body[:-1] + URL_SAFE[(URL_SAFE.index(body[-1]) + 1) % 64]
        decoded = [
            urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in (body, other)
        ]
        forged = KEYS.signer("link.acme").sign(other).decode()

        assert decoded[0] != decoded[1] or read(forged) is None


@pytest.mark.parametrize("length", range(20, 40))
def test_C62_a_payload_of_no_base64_length_is_no_token_and_no_error(length):
    assert read("eyJ".ljust(length, "A") + "." + "A" * 43) is None


@pytest.mark.parametrize(
    "wrap", ["=\n", "=\r\n", "= \t\n", "==\n\r\n", "\n", " \u200b"]
)
@pytest.mark.parametrize("at", [1, 2, 3, 40, 120])
def test_a_link_that_was_wrapped_is_still_one(wrap, at):
    url = f"https://portal.example/open?t={TOKEN}"

    assert read(TOKEN[:at] + wrap + TOKEN[at:]) is not None
    assert read(url[:-at] + wrap + url[-at:]) is not None
    assert read(url.replace("=", "=" + wrap)) is not None


@given(st.data())
def test_what_mail_programs_do_to_a_token_is_forgiven(data):
    assert read(data.draw(mangled(TOKEN))) == CLAIMS


@given(st.text(st.characters(), max_size=600) | st.text(URL_SAFE + ".=", max_size=600))
def test_C06_C62_whatever_comes_is_no_token_and_no_error(text):
    assert read(text) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from("ptjiesg"), inner, max_size=7)
        ),
        max_leaves=9,
    )
)
@example({"t": []})
@example({"t": {"t": "acme"}})
@example({"t": None})
def test_C45_C62_F64_an_unsigned_payload_of_any_shape_is_no_error(payload):
    text = json.dumps({"pad": "x" * 20, "p": "link"} | {"t": payload})

    assert read(unsigned('{"' + text[2:])) is None
    if isinstance(payload, dict):
        assert read(unsigned(json.dumps(payload | {"pad": "x" * 20}))) is None


@pytest.mark.parametrize(
    "payload",
    [
        '{"t":"acme","p":"link"',
        '{"' + "a" * 40,
        '{"t":' + "[" * 200,
        '{"t":' + "9" * 200 + "}",
        b'{"t":"\xff\xfe\xff\xfe\xff\xfe"}',
        '{"t":"\\ud800","p":"link"}',
        '{"t":NaN,"p":"link","j":"x"}',
    ],
    ids=lambda payload: str(payload)[:16],
)
def test_C62_broken_json_is_no_error(payload):
    assert read(unsigned(payload)) is None


@pytest.mark.parametrize(
    "wrong",
    [
        *({"i": "1772443800"}, {"i": 1.5}, {"i": None}, {"e": "never"}, {"e": []}),
        *({"s": "3"}, {"s": None}, {"j": 5}, {"j": None}, {"g": 0}, {"p": "change"}),
    ],
    ids=repr,
)
def test_E03_a_signed_payload_of_another_shape_is_refused(wrong):
    good = {"p": "link", "t": "acme", "j": "x", "i": 1, "e": 2, "s": 0, "g": ""}

    assert read(signed(good)) is not None
    assert read(signed(good | wrong)) is None


@pytest.mark.parametrize("never", [10**12, -(10**12), 10**30, True])
def test_E03_a_signed_time_that_is_none_is_refused(never):
    good = {"p": "link", "t": "acme", "j": "x", "i": 1, "e": 2, "s": 0, "g": ""}

    assert read(signed(good | {"e": never})) is None


# -- one purpose, one tenant, one set of keys --


USES = [(purpose, tenant) for purpose in Purpose for tenant in sorted(TENANTS)]


@pytest.mark.parametrize("made", USES, ids=lambda use: f"{use[0]}-{use[1]}")
@pytest.mark.parametrize("used", USES, ids=lambda use: f"{use[0]}-{use[1]}")
def test_C28_F45_a_token_is_good_for_its_purpose_and_tenant_only(made, used):
    purpose, tenant = made
    token = sign_token(CLAIMS._replace(purpose=purpose, tenant=tenant), keys=KEYS)

    found = read_token(token, purpose=used[0], tenants={used[1]}, keys=KEYS)

    assert (found is not None) is (made == used)


def test_F45_the_tenant_of_the_payload_is_the_tenant_of_the_salt():
    # Signed under acme's salt, but saying globex, and the reverse.
    good = {"p": "link", "t": "globex", "j": "x", "i": 1, "e": 2, "s": 0, "g": ""}

    assert read(signed(good, salt="link.acme")) is None
    assert read(signed(good, salt="link.globex")) is not None
    assert read(signed(good | {"p": "change"}, salt="link.globex")) is None


def test_C26_C50_a_token_of_another_key_is_refused():
    stranger = KeyRing(KeyRing.new_key())

    assert read(TOKEN, keys=stranger) is None
    assert read(sign_token(CLAIMS, keys=stranger).reveal()) is None


@pytest.mark.parametrize("secret", [b"", b"link.acme", b"securelogin.link.acme"])
def test_C26_C49_C50_a_token_signed_with_no_secret_is_refused(secret):
    body = TOKEN.partition(".")[0].encode()
    signer = Signer(
        secret,
        salt=b"securelogin.link.acme",
        sep=".",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )

    assert read(signer.sign(body).decode()) is None


def test_C50_there_is_no_algorithm_to_choose():
    payload = TOKEN.partition(".")[0]
    said = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))

    assert set(said) == set("ptjiesg")


def test_F14_old_tokens_live_as_long_as_their_key():
    old, new = KeyRing.new_key(), KeyRing.new_key()
    token = sign_token(CLAIMS, keys=KeyRing(old)).reveal()

    assert read(token, keys=KeyRing(new, old)) == CLAIMS
    assert read(token, keys=KeyRing(new)) is None


def test_C01_a_long_token_is_refused_before_it_is_decoded(monkeypatch):
    decoded = []

    def count(data):
        decoded.append(len(data))
        return a2b_base64(data)

    monkeypatch.setattr("securelogin.tokens.a2b_base64", count)
    body, _, signature = TOKEN.partition(".")
    for text in (body + "A" * 400 + "." + signature, TOKEN * 4, TOKEN + "9" * 10**6):
        assert read(text) is None

    assert decoded == []
    assert read(TOKEN) == CLAIMS
    assert decoded != []


def test_an_unknown_tenant_makes_no_signer(monkeypatch):
    asked = []
    monkeypatch.setattr(KeyRing, "signer", lambda _, salt: asked.append(salt))

    assert read(TOKEN, tenants={"globex"}) is None
    assert asked == []


@pytest.mark.parametrize("broken", [TOKEN[:-2], TOKEN + "x", TOKEN.swapcase(), "x.y"])
def test_E05_a_bad_token_gives_neither_an_error_nor_its_content(broken):
    assert read(broken) is None
