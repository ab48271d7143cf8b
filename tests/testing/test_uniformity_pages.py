"""The uniformity kit on a whole portal's pages: every leak is caught and told."""

from __future__ import annotations

import inspect

import pytest

from securelogin.testing.uniformity import (
    Answer,
    Seen,
    UniformityContract,
    VisitorContract,
    differences,
)

# -- where two sights part --


USUAL = Seen(
    kind="401",
    headers=(("a", "1"), ("b", "2")),
    body=b"Invalid username",
    trace=("x.get", "argon2", "y.get"),
)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "403"}, "answers 403 instead of 401"),
        ({"headers": (*USUAL.headers, ("c", "3"))}, "sends the header c: '3'"),
        ({"headers": (("a", "1"),)}, "does not send the header b: '2'"),
        ({"headers": USUAL.headers[::-1]}, "the headers in another order"),
        ({"body": b"Invalid Username"}, "differs from byte 8: b'Invalid Username'"),
        ({"body": b"Invalid username."}, "has 17 bytes instead of 16"),
        ({"trace": ("x.get", "y.get")}, "Argon2 ran 0 times instead of 1"),
        ({"trace": (*USUAL.trace, "z.get")}, "z.get was called 1 times more"),
        ({"trace": ("x.get", "argon2")}, "y.get was called 1 times less"),
        ({"trace": ("argon2", "x.get", "y.get")}, "calls come in another order"),
    ],
)
def test_every_difference_says_what_to_mend(changed, message):
    fields = {name: getattr(USUAL, name) for name in Seen.__slots__}

    found = differences(Seen(**{**fields, **changed}), USUAL)

    assert message in "; ".join(found)
    assert all(": " in said for said in found)


def test_equal_sights_do_not_part():
    assert differences(USUAL, USUAL) == ()


# -- a whole portal --


class Page:
    """A portal of a few lines, that tells what it is told to tell."""

    def __init__(self, leak: str = "") -> None:
        self.leak = leak
        self.asked = 0

    def send(self, address: str, password: str, /) -> Answer:
        self.asked += 1
        leaks = address.startswith("known")
        extra = {"header": ("X-Account", "yes")}.get(self.leak) if leaks else None
        body = f"Sorry, {address}. Reference {self.asked:04}."
        if leaks and self.leak == "text":
            body = body.replace("Sorry", "Sorrz")
        if leaks and self.leak == "length":
            body += " "
        if self.leak == "chance":
            body += f" token {self.asked}"
        return Answer(
            status=403 if leaks and self.leak == "status" else 401,
            headers=[("Date", str(self.asked)), *([extra] if extra else [])],
            body=body.encode(),
        )


class TestVisitor(VisitorContract):
    chance = (r"Reference \d{4}",)

    @pytest.fixture
    def visitor(self):
        return Page()

    @pytest.fixture
    def people(self):
        return {"unknown": ["nobody@acme.example"], "active": ["known@acme.example"]}


PEOPLE = {"unknown": ["nobod@acme.example"], "disabled": ["known@acme.example"]}


@pytest.mark.parametrize(
    ("leak", "message"),
    [
        ("text", "“disabled”: the body differs from byte 4"),
        ("header", "“disabled”: sends the header x-account: 'yes'"),
        ("length", "bytes instead of"),
        ("status", "“disabled”: answers 403 instead of 401"),
        ("chance", "Two answers to one person differ, so nothing can be compared"),
    ],
)
def test_every_leak_of_a_page_is_caught(leak, message):
    with pytest.raises(AssertionError) as caught:
        TestVisitor().test_every_state_is_answered_like_unknown(Page(leak), PEOPLE)

    assert message in str(caught.value)


@pytest.mark.parametrize("people", [{"active": ["a@b.example"]}, {"unknown": ["a@b"]}])
def test_somebody_unknown_and_somebody_known_are_needed(people):
    with pytest.raises(AssertionError, match="Give `people`"):
        TestVisitor().test_every_state_is_answered_like_unknown(Page(), people)


@pytest.mark.parametrize("kind", [UniformityContract, VisitorContract])
def test_a_fact_that_is_taken_out_is_missed(kind):
    fact = next(
        name
        for name in vars(kind)
        if name.startswith("test_") and inspect.isfunction(vars(kind)[name])
    )

    with pytest.raises(AssertionError, match=f"{fact}: part of the contract"):
        type("Less", (kind,), {fact: None})().test_contract_is_whole()
