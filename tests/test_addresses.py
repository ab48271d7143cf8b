"""Addresses: what is taken, what is folded, and what is refused."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from securelogin.addresses import (
    LONGEST_ADDRESS,
    AddressKey,
    check_tenant,
    no_address,
    parse_address,
    read_domain,
    stored_address,
)
from securelogin.errors import InvalidInput, WiringError
from tests.strategies import addresses, tenants

REFUSED = {
    # C05, F-26: line breaks and control characters
    "trailing newline": "ann@example.org\n",
    "leading newline": "\nann@example.org",
    "carriage return": "ann@example.org\r",
    "header": "ann@example.org\r\nBcc: eve@example.com",
    "NUL": "ann@example.org\0",
    "next line": "ann@example.org\x85",
    "line separator": "ann@example.org\u2028",
    "newline in local part": "an\nn@example.org",
    # C59, F-28: more than one
    "comma": "ann@example.org,eve@example.com",
    "semicolon": "ann@example.org;eve@example.com",
    "blank": "ann@example.org eve@example.com",
    "angle brackets": "Ann <ann@example.org>",
    "comment": "ann(hi)@example.org",
    "group": "team: ann@example.org;",
    # C60, F-29: quoted local parts
    "quoted local part": '"ann"@example.org',
    "quoted address": '"eve@example.com"@example.org',
    # C61, F-32, E16: what Unicode would turn into an @ or a dot
    "full-width at": "ann＠example.org",
    "full-width at in local part": "victim＠example.com@example.org",
    "full-width at in domain": "ann@evil＠example.org",
    "small at": "ann\ufe6bexample.org",
    "small at in local part": "victim\ufe6bexample.com@example.org",
    "full-width dot": "ann@example．org",
    "ideographic full stop": "ann@example。org",
    "full-width letters": "ann@ｅｘａｍｐｌｅ.org",
    "ligature": "ann@o\ufb03ce.example.org",
    # C11, E16: look-alike local parts
    "dotless i": "mıke@example.org",
    "accent": "ánn@example.org",
    "Kelvin sign": "\u212aate@example.org",
    "surrogate": "ann\ud800@example.org",
    # C63: becomes a semicolon when composed
    "Greek question mark": "ann@example\u037e.org",
    # the rest
    "nothing": "",
    "blanks": "   ",
    "no at": "ann",
    "no local part": "@example.org",
    "no domain": "ann@",
    "two ats": "ann@b@example.org",
    "address literal": "ann@[192.0.2.1]",
    "double dot": "ann..b@example.org",
    "leading dot": ".ann@example.org",
    "broken A-label": "ann@xn--.com",
    "soft hyphen": "ann@exam\u00adple.org",
    "no top-level domain": "ann@localhost",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_C05_C59_C60_C61_C63_E16_F28_F29_F32_only_one_plain_address_is_taken(text):
    with pytest.raises(InvalidInput) as caught:
        parse_address(text)

    assert caught.value.code == "address_malformed"
    assert caught.value.__context__ is None


def test_F37_what_was_typed_is_in_no_part_of_the_error():
    with pytest.raises(InvalidInput) as caught:
        parse_address("my secret passphrase", field="contact")

    assert "secret" not in f"{caught.value!r} {vars(caught.value)}"
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize(
    "value",
    [None, True, 0, b"ann@example.org", ["ann@example.org"], {"address": "a"}],
    ids=repr,
)
def test_C45_C64_C65_F64_only_a_str_is_an_address(value):
    with pytest.raises(TypeError, match="contact must be a str"):
        parse_address(value, field="contact")


def test_F64_a_subclass_of_str_leaves_only_its_characters():
    class Evil(str):
        __slots__ = ()

        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

        def strip(self, *_):
            return "eve@example.com"

    address = parse_address(Evil("ann@example.org"))

    assert address == parse_address("ann@example.org")
    assert type(address.text) is str


def test_C13_a_long_text_is_refused_before_it_is_parsed(monkeypatch):
    parsed = []

    def count(text, **options):
        parsed.append(text)
        return validate_email(text, **options)

    monkeypatch.setattr("securelogin.addresses.validate_email", count)
    for text in ("a@" + "b." * 500_000 + "org", "a" * 243 + "@example.org"):
        with pytest.raises(InvalidInput):
            parse_address(text)

    assert parsed == []
    # A domain that was not judged before: results are kept.
    assert parse_address("a" * 64 + "@seen-only-here.example").local == "a" * 64
    assert parsed != []


def test_blanks_around_an_address_do_not_count_against_its_length():
    longest = "a" * 64 + "@" + ".".join(["b" * 61, "c" * 61, "d" * 61]) + ".de"
    longest = longest.ljust(LONGEST_ADDRESS, "e")

    assert len(longest) == LONGEST_ADDRESS
    assert parse_address(f"  {longest}\t").text == longest


@pytest.mark.parametrize("around", [" ", "\t", "\u00a0", "  \t"])
def test_blanks_from_pasting_are_forgiven(around):
    assert parse_address(f"{around}ann@example.org{around}").text == "ann@example.org"


@given(addresses())
def test_an_address_comes_back_from_a_store_as_it_went_in(text):
    address = parse_address(text)

    assert stored_address(address.text) == address
    assert parse_address(address.text) == address
    assert str(address) == address.text == f"{address.local}@{address.domain}"


@given(addresses(), tenants())
def test_F31_case_makes_no_difference_for_looking_up(text, tenant):
    assert parse_address(text.upper()).key(tenant) == parse_address(text).key(tenant)


@given(addresses())
def test_F31_mail_goes_to_the_local_part_as_it_was_written(text):
    assert parse_address(text).local == text.rpartition("@")[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [("ann@example.org", "ann+news@example.org"), ("a.nn@x.org", "ann@x.org")],
)
def test_F31_tags_and_dots_are_other_people(one, other):
    assert parse_address(one).key("acme") != parse_address(other).key("acme")


def test_a_key_belongs_to_one_tenant():
    address = parse_address("Ann@Example.org")

    assert address.key("acme") == AddressKey(tenant="acme", value="ann@example.org")
    assert address.key("acme") != address.key("globex")


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("ann@bücher.example", "xn--bcher-kva.example"),
        ("ann@BÜCHER.example", "xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("ann@faß.example", "xn--fa-hia.example"),
        # Cyrillic, all of it: another domain than the one it looks like.
        ("ann@аррӏе.example", "xn--80ak6aa92e.example"),
    ],
)
def test_E16_F30_a_domain_is_compared_as_its_A_label(typed, domain):
    assert parse_address(typed).domain == domain


def test_F30_a_decomposed_domain_is_the_composed_one():
    assert parse_address("ann@bu\u0308cher.example").domain == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ann+news@example.org", "ann@example.org"),
        ("ann+a+b@example.org", "ann@example.org"),
        ("ann@example.org", None),
        ("+news@example.org", None),
    ],
)
def test_a_tag_can_be_left_out_for_a_diagnosis(text, plain):
    bare = parse_address(text).without_tag()

    assert (bare and bare.text) == plain


@given(addresses(), tenants())
def test_what_is_no_address_is_counted_under_no_key_of_an_address(text, tenant):
    assert parse_address(text).key(tenant).value != no_address(text)
    assert " " in no_address("")


@pytest.mark.parametrize("domain", ["corp.example", "xn--bcher-kva.example"])
def test_a_canonical_domain_is_taken_as_it_is(domain):
    assert read_domain(domain) == domain


@pytest.mark.parametrize(
    ("domain", "cure"),
    [
        ("Corp.example", "'corp.example'"),
        ("bücher.example", "'xn--bcher-kva.example'"),
        ("", "corp.example"),
        ("ann@corp.example", "corp.example"),
    ],
)
def test_C62_a_domain_that_would_never_match_is_refused(domain, cure):
    with pytest.raises(WiringError, match=cure):
        read_domain(domain)


@given(tenants())
def test_a_short_name_is_a_tenant(name):
    assert check_tenant(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "-a", "a-", "A", "a" * 25, "a\n", "a b", "a.b", "ä", "١", None, 5, b"acme"],
    ids=repr,
)
def test_C05_F64_anything_else_is_no_tenant(name):
    with pytest.raises(InvalidInput) as caught:
        check_tenant(name)

    assert (caught.value.field, caught.value.code) == ("tenant", "tenant_malformed")


@given(
    st.text(st.characters(max_codepoint=127), max_size=70),
    st.sampled_from(["example.org", "bücher.example", "a" * 60 + ".example", "x"]),
)
@example("a..b", "example.org")
@example(".a", "example.org")
@example("a.", "example.org")
@example('"a b"', "example.org")
@example("a" * 65, "example.org")
@example("A!#$%&'*+-/=?^_`{|}~", "example.org")
def test_what_stands_before_the_at_is_taken_as_email_validator_takes_it(local, domain):
    text = f"{local}@{domain}"
    try:
        valid = validate_email(text, check_deliverability=False, allow_smtputf8=False)
        expected = f"{valid.local_part}@{valid.ascii_domain.lower()}"
    except EmailNotValidError:
        expected = None
    try:
        parsed = parse_address(text).text
    except InvalidInput:
        parsed = None

    # Blanks around the whole are forgiven, which email-validator does not do.
    assert parsed == expected or text != text.strip()
