"""How often is too often."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securelogin import AliasLogin, Client, Limits, Policy
from securelogin.accounts import AccountId
from securelogin.addresses import AddressKey, no_address, parse_address
from securelogin.attempts import Form
from securelogin.evidence import Count
from securelogin.rules.throttle import (
    address_counts,
    cleared_by_login,
    cleared_by_mailed_proof,
    is_locked,
    is_too_often,
    login_counts,
    reset_counts,
)
from tests.rules.cases import KEYS, OTHER_KEYS, counts, forms
from tests.wiring import PASSWORD, Wired

LIMITS = Limits(
    window=timedelta(minutes=7),
    tries=11,
    temporary_tries=22,
    source_tries=33,
    consecutive=44,
    resets=5,
    source_resets=6,
    address_requests=8,
)
ANN = parse_address("ann@example.org").key("acme")
HERE = Client(ip="192.0.2.7")


def of_login(
    key: AddressKey = ANN,
    *,
    client: Client = HERE,
    form: Form = Form.LASTING,
    keys=KEYS,
) -> tuple[Count, ...]:
    return login_counts(client=client, key=key, form=form, limits=LIMITS, keys=keys)


def of_reset(
    key: AddressKey = ANN, *, client: Client = HERE, keys=KEYS
) -> tuple[Count, ...]:
    return reset_counts(client=client, key=key, limits=LIMITS, keys=keys)


def of_address(
    holder: str = "a-1", *, address: str = "ann@example.org", tenant="acme", keys=KEYS
) -> tuple[Count, ...]:
    new = parse_address(address).key(tenant)
    return address_counts(AccountId(holder), new, limits=LIMITS, keys=keys)


def keys_of(found: tuple[Count, ...]) -> list[str]:
    return [count.key for count in found]


@pytest.mark.parametrize(
    ("form", "most"),
    [
        (Form.LASTING, [33, 11, 44]),
        (Form.MISTYPED_TEMPORARY, [33, 11, 44]),
        (Form.TEMPORARY, [33, 22, None]),
    ],
)
def test_login_is_limited_by_source_then_address_then_failures_in_a_row(form, most):
    found = of_login(form=form)

    assert [count.most for count in found] == most
    assert [count.window for count in found] == [
        timedelta(minutes=7),
        timedelta(minutes=7),
        timedelta(days=365),
    ]


def test_reset_is_limited_by_source_then_address_within_an_hour():
    found = of_reset()

    assert [count.most for count in found] == [6, 5]
    assert {count.window for count in found} == {timedelta(hours=1)}


def test_new_address_is_limited_by_account_then_address_within_an_hour():
    found = of_address()

    assert [count.most for count in found] == [8, 8]
    assert {count.window for count in found} == {timedelta(hours=1)}


def test_who_asks_for_a_new_address_and_the_address_are_counted_apart():
    (asker, asked), found = keys_of(of_address()), keys_of(of_address("a-2"))

    assert (asker not in found, found[1]) == (True, asked)
    assert keys_of(of_address(address="eve@example.org"))[0] == asker
    assert asked not in keys_of(of_address(address="eve@example.org"))
    assert asked not in keys_of(of_address(tenant="globex"))
    assert of_address(address="ANN@Example.Org") == of_address()


def test_nothing_is_counted_in_the_same_place_as_anything_else():
    everything = [
        *keys_of(of_login(form=Form.LASTING)),
        *keys_of(of_login(form=Form.TEMPORARY))[1:],
        *keys_of(of_reset()),
        *keys_of(of_address(ANN.value)),
    ]

    assert len(set(everything)) == len(everything) == 9


def test_C74_F53_lasting_and_temporary_tries_share_the_source_only():
    lasting, temporary = of_login(form=Form.LASTING), of_login(form=Form.TEMPORARY)

    assert lasting[0] == temporary[0]
    assert not {*keys_of(lasting[1:])} & {*keys_of(temporary[1:])}


def test_slip_in_a_temporary_password_counts_as_a_try_of_the_lasting_one():
    assert of_login(form=Form.MISTYPED_TEMPORARY) == of_login(form=Form.LASTING)


def test_lock_never_closes_the_way_back():
    assert not is_locked(of_login(form=Form.TEMPORARY), (1, 1, 10**9))


@pytest.mark.parametrize(
    "spelling",
    [
        "ANN@example.org",
        "Ann@Example.Org",
        "ann@EXAMPLE.ORG",
        "  ann@example.org\t",
        "\u00a0ann@example.org",
    ],
)
def test_C29_C30_spelling_of_an_address_is_counted_as_one(spelling):
    same = parse_address(spelling).key("acme")

    assert of_login(same) == of_login()
    assert of_reset(same) == of_reset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "Ann@XN--BCHER-KVA.example"),
        ("ann@bu\u0308cher.example", "ann@bücher.example"),
    ],
)
def test_C29_C30_both_spellings_of_an_international_domain_are_counted_as_one(
    one, other
):
    found = [of_login(parse_address(text).key("acme")) for text in (one, other)]

    assert found[0] == found[1]


@pytest.mark.parametrize("other", ["ann+tag@example.org", "a.nn@example.org"])
def test_addresses_of_other_people_are_counted_apart(other):
    apart = parse_address(other).key("acme")

    assert of_login(apart)[0] == of_login()[0]
    assert not {*keys_of(of_login(apart)[1:])} & {*keys_of(of_login()[1:])}


def test_end_of_the_tenant_is_not_the_beginning_of_the_address():
    one = AddressKey(tenant="acme", value="ann@example.org")
    other = AddressKey(tenant="acmea", value="nn@example.org")

    assert not {*keys_of(of_login(one)[1:])} & {*keys_of(of_login(other)[1:])}


tenants = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?", fullmatch=True)
values = st.one_of(
    st.emails().map(str.lower),
    st.text().map(no_address),
)


@given(st.lists(st.tuples(tenants, values), min_size=2, max_size=2, unique=True))
def test_tenants_and_addresses_never_share_a_count(pairs):
    one, other = (AddressKey(tenant=tenant, value=value) for tenant, value in pairs)

    assert not {*keys_of(of_login(one)[1:])} & {*keys_of(of_login(other)[1:])}
    assert not {*keys_of(of_reset(one)[1:])} & {*keys_of(of_reset(other)[1:])}


@given(tenants, st.emails(), forms())
def test_counter_keys_hold_no_address_and_are_short(tenant, text, form):
    key = AddressKey(tenant=tenant, value=text.lower())
    client = Client(ip="203.0.113.77")

    for count in (*of_login(key, client=client, form=form), *of_reset(key)):
        assert len(count.key) <= 32
        assert text.lower() not in count.key.lower()
        assert "203.0.113.77" not in count.key


def test_counter_keys_cannot_be_computed_without_the_secret_key():
    assert not {*keys_of(of_login())} & {*keys_of(of_login(keys=OTHER_KEYS))}
    assert not {*keys_of(of_reset())} & {*keys_of(of_reset(keys=OTHER_KEYS))}
    assert not {*keys_of(of_address())} & {*keys_of(of_address(keys=OTHER_KEYS))}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:1::1", "2001:DB8:0:1::2", True),
        ("2001:db8:0:1:ffff::", "2001:db8:0:2::", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        (None, None, True),
        (None, "192.0.2.7", False),
    ],
)
def test_F63_sources_count_together_by_ipv4_address_or_ipv6_network(
    one, other, together
):
    sources = [of_login(client=Client(ip=ip))[0].key for ip in (one, other)]
    resets = [of_reset(client=Client(ip=ip))[0].key for ip in (one, other)]

    assert (sources[0] == sources[1]) is together
    assert (resets[0] == resets[1]) is together


def test_address_is_counted_the_same_from_everywhere():
    assert of_login(client=Client())[1:] == of_login()[1:]
    assert of_reset(client=Client())[1:] == of_reset()[1:]


@pytest.mark.parametrize(
    ("most", "hits", "too_often"),
    [
        ((5, 9, 9), (4, 1, 1), False),
        ((5, 9, 9), (5, 1, 1), False),
        ((5, 9, 9), (6, 1, 1), True),
        ((9, 5, 9), (1, 4, 1), False),
        ((9, 5, 9), (1, 5, 1), False),
        ((9, 5, 9), (1, 6, 1), True),
        ((9, 9, 5), (1, 1, 6), False),
        ((None, 9, 9), (99, 1, 1), False),
        ((9, None, 9), (1, 99, 1), False),
        ((None, 5, 9), (99, 6, 1), True),
        ((5, 5), (5, 5), False),
        ((5, 5), (5, 6), True),
    ],
)
def test_C67_too_often_begins_one_above_the_limit(most, hits, too_often):
    assert is_too_often(counts(*most), hits) is too_often


@pytest.mark.parametrize(
    ("most", "hits", "locked"),
    [
        ((9, 9, 5), (1, 1, 4), False),
        ((9, 9, 5), (1, 1, 5), False),
        ((9, 9, 5), (1, 1, 6), True),
        ((1, 1, 5), (9, 9, 5), False),
        ((9, 9, None), (1, 1, 99), False),
    ],
)
def test_C67_locked_begins_one_above_the_limit(most, hits, locked):
    assert is_locked(counts(*most), hits) is locked


@given(
    st.integers(1, 1_000), st.integers(1, 1_000), st.integers(1, 100), st.integers(1)
)
def test_C47_once_over_a_limit_one_try_more_never_helps(source, tries, row, hits):
    found = counts(source, tries, row)
    more = hits + 1

    for judged in (is_too_often, is_locked):
        before = judged(found, (hits, hits, hits))
        assert judged(found, (more, more, more)) or not before


@pytest.mark.parametrize("hits", [(1,), (1, 1, 1, 1)])
def test_totals_that_do_not_fit_their_counts_are_an_error(hits):
    with pytest.raises(ValueError, match=r".+"):
        is_too_often(counts(1, 1, 1), hits[:1])
    with pytest.raises(ValueError, match=r".+"):
        is_locked(counts(1, 1, 1), hits)


@given(forms())
def test_C32_login_clears_the_address_but_never_the_source(form):
    found = of_login(form=form)

    assert cleared_by_login(found, (2, 2, 2)) == tuple(keys_of(found)[1:])


@pytest.mark.parametrize(
    ("hits", "kept"), [((9, 1, 1), 0), ((9, 1, 2), 1), ((1, 2, 1), 1), ((1, 2, 2), 2)]
)
def test_a_first_try_that_is_right_needs_no_write_to_be_forgotten(hits, kept):
    assert len(cleared_by_login(counts(1, 1, 1), hits)) == kept


@pytest.mark.parametrize(("in_a_row", "kept"), [(2, 0), (10, 0), (11, 1), (100, 1)])
def test_a_tenth_of_the_failures_in_a_row_may_wait_to_be_forgotten(in_a_row, kept):
    assert len(cleared_by_login(counts(1, 1, 100), (1, 1, in_a_row))) == kept


def test_what_has_no_limit_is_forgotten_at_once():
    assert len(cleared_by_login(counts(1, 1, None), (1, 1, 2))) == 1


def test_mailed_proof_clears_every_count_of_the_address_and_nothing_else():
    cleared = cleared_by_mailed_proof((ANN,), limits=LIMITS, keys=KEYS)

    assert cleared == (
        *keys_of(of_login(form=Form.LASTING)[1:]),
        *keys_of(of_login(form=Form.TEMPORARY)[1:]),
    )


def test_mailed_proof_clears_the_counts_of_all_addresses_of_the_account():
    addresses = (ANN, parse_address("ann.b@example.org").key("acme"))

    cleared = cleared_by_mailed_proof(addresses, limits=LIMITS, keys=KEYS)

    assert {*cleared} == {
        count.key
        for key in addresses
        for form in Form
        for count in of_login(key, form=form)[1:]
    }
    assert cleared_by_mailed_proof((), limits=LIMITS, keys=KEYS) == ()


def test_C32_mailed_proof_clears_no_source_not_even_the_unknown_one():
    cleared = cleared_by_mailed_proof((ANN,), limits=LIMITS, keys=KEYS)

    assert of_login(client=Client())[0].key not in cleared


def test_F53_redeeming_a_temporary_password_unlocks_every_address_of_the_account():
    # Each address is counted apart; where aliases let in, each can be locked apart.
    limits = Limits(consecutive=3)
    wired = Wired("sync", policy=Policy(aliases=AliasLogin.ACCEPTED, limits=limits))
    made = wired.auth.accounts.register(
        "ann@example.org", tenant="acme", audience="internal"
    )
    wired.auth.addresses.add_alias(made.account.id, "ann.b@example.org")
    for _ in range(limits.consecutive + 1):
        wired.check("ann.b@example.org", "not the password at all")
    mailed = wired.check("ann@example.org", wired.mailed_password())
    wired.auth.passwords.complete(mailed.ticket, PASSWORD)

    ends = [
        type(wired.check(typed, PASSWORD)).__name__
        for typed in ("ann@example.org", "ann.b@example.org")
    ]

    assert ends == ["Granted", "Granted"]


def test_C07_F58_address_of_nobody_is_limited_like_any_other():
    nobody = AddressKey(tenant="acme", value=no_address("digest"))

    known = [replace(count, key="") for count in of_login()]
    unknown = [replace(count, key="") for count in of_login(nobody)]

    assert known == unknown


def test_every_limit_of_tries_is_used_by_some_count():
    limits = {
        count.most
        for form in Form
        for count in (*of_login(form=form), *of_reset(), *of_address())
    }
    # Looking up is no try to get in: tests/rules/test_viewing.py.
    others = {"window", "sessions", "mail_tries", "look_ups"}

    assert limits - {None} == {
        getattr(LIMITS, field.name)
        for field in fields(Limits)
        if field.name not in others
    }
