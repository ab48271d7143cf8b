"""What support finds, by a reference and without one, and what it does next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from securelogin import Audience, Client, Granted, InvalidInput, Policy, Viewer
from securelogin.attempts import Operation, Preflight
from securelogin.browsers import BrowserMatrix
from securelogin.mail import Delivery, DeliveryState
from securelogin.outcomes import Cause
from securelogin.user_agents import read_browser
from securelogin.viewers import OPERATOR
from tests.flows.conftest import register
from tests.flows.viewers import ANN, CAROL
from tests.scenes import OLD_FIREFOX, SCENES, play
from tests.wiring import GLOBEX_URL, PASSWORD, START, URL, Wired

EAST, WEST = timezone(timedelta(hours=14)), timezone(-timedelta(hours=12))
SAM = Viewer.sender("sam", tenant="acme", address="sam@acme.example")


def test_a_reference_is_found_as_people_read_it_out(wired, ann):
    reference = wired.check("ann@acme.example", "wrong wrong wrong").public.reference

    told = f" {reference.lower().replace('-', ' ')} "

    assert wired.auth.support.find(told, by=OPERATOR).causes == (Cause.WRONG_PASSWORD,)


@pytest.mark.parametrize("nothing", ["", "???", "000-000-001", None, 7])
def test_what_is_no_reference_finds_nothing(wired, nothing):
    assert wired.auth.support.find(nothing, by=OPERATOR) is None


def test_a_reference_nobody_was_given_finds_nothing(wired):
    assert wired.auth.support.find("000-000-000", by=OPERATOR) is None


def test_a_log_in_that_was_granted_can_be_looked_up_too(wired, ann):
    reference = wired.check("ann@acme.example", PASSWORD).reference

    diagnosis = wired.auth.support.find(reference, by=OPERATOR)

    assert diagnosis.causes == ()
    assert diagnosis.summary == "It was not refused."


def search(wired, **clues):
    return wired.auth.support.search(by=CAROL, **clues)


def test_attempts_are_found_by_address_and_local_time(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")
    local = datetime(2026, 3, 2, 11, 0, tzinfo=timezone(timedelta(hours=1)))

    found = search(wired, address="Ann@acme.example", around=local)

    assert found[0].cause is Cause.WRONG_PASSWORD
    assert found[0].why == ("this very address", "30 min off")


def test_a_local_time_is_understood_by_the_name_of_its_zone(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")

    found = search(
        wired,
        around=datetime(2026, 3, 2, 10, 30),
        zone="Europe/Berlin",
        within=timedelta(minutes=1),
    )

    assert found[0].cause is Cause.WRONG_PASSWORD


def test_attempts_outside_the_span_are_left_out(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")

    found = search(wired, address="ann@acme.example", around=START + timedelta(hours=2))

    assert found == ()


@pytest.mark.parametrize(
    ("clues", "code"),
    [
        ({"around": datetime(2026, 3, 2, 11, 0)}, "time_naive"),
        ({"around": datetime(2026, 3, 2), "zone": "Nowhere/At_All"}, "zone_unknown"),
        ({"around": datetime(2026, 3, 2), "zone": "../etc/passwd"}, "zone_unknown"),
        ({}, "clue_missing"),
        ({"url": " ", "browser": ""}, "clue_missing"),
        ({"address": "no address"}, "address_malformed"),
        ({"around": START, "within": timedelta(-1)}, "span_out_of_range"),
        ({"browser": " / "}, "clue_missing"),
        ({"around": START, "within": timedelta(367)}, "span_out_of_range"),
        ({"around": START, "within": timedelta.max}, "span_out_of_range"),
        ({"around": datetime.max.replace(tzinfo=UTC)}, "time_out_of_range"),
        (
            {"around": datetime(9999, 12, 31), "zone": "America/New_York"},
            "time_out_of_range",
        ),
        ({"around": datetime(1, 1, 1), "zone": "Asia/Tokyo"}, "time_out_of_range"),
        ({"around": datetime.min.replace(tzinfo=EAST)}, "time_out_of_range"),
        ({"around": datetime.max.replace(tzinfo=WEST)}, "time_out_of_range"),
    ],
)
def test_clues_that_cannot_be_used_are_named(wired, clues, code):
    with pytest.raises(InvalidInput) as caught:
        search(wired, **clues)

    assert caught.value.code == code


def test_whoever_only_remembers_url_and_browser_is_found(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")
    wired.check("bob@acme.example", PASSWORD, client=Client(user_agent="Safari/18"))

    found = search(wired, url="https://portal.acme.example/secure/", browser="Safari")

    assert [one.typed for one in found[:2]] == ["bob@acme.example", "ann@acme.example"]
    assert found[0].score == 100


def test_an_attempt_at_no_portals_url_is_found_by_the_address_of_ones_own_people(
    wired, ann
):
    outcome = wired.check("ann@acme.example", PASSWORD, url="https://evil.example/")
    dave = Viewer.administrator("dave", tenant="globex")

    own = search(wired, address="ann@acme.example")
    others = wired.auth.support.search(by=dave, address="ann@acme.example")

    assert outcome.public.reference in {one.reference for one in own}
    assert others == ()


def test_a_sender_finds_what_their_recipients_tried_by_link_and_nothing_else(
    wired, invited, ann
):
    by_link = wired.check("bob@other.example", "wrong wrong wrong", link=invited)
    wired.check("carl@other.example", "wrong wrong wrong", link=invited)
    wired.check("ann@acme.example", "wrong wrong wrong")

    found = wired.auth.support.search(by=ANN, around=START)
    diagnosis = wired.auth.support.find(by_link.public.reference, by=ANN)

    assert by_link.public.reference in {one.reference for one in found}
    # Who else tried the link is not for the sender to know, nor with what end.
    assert {one.typed for one in found if one.operation is Operation.LOGIN} == {
        "bob@other.example"
    }
    assert diagnosis.causes == (Cause.WRONG_PASSWORD,)
    assert "source" not in diagnosis.evidence
    assert diagnosis.actions == ()


@pytest.mark.parametrize("url", [URL, GLOBEX_URL, "https://evil.example/"])
@pytest.mark.parametrize("password", [PASSWORD, "wrong wrong wrong"])
def test_a_sender_cannot_ask_for_others_accounts_with_a_link_of_their_own(
    wired, invited, url, password
):
    known = register(wired, "dora@globex.example", tenant="globex", url=GLOBEX_URL)
    wired.auth.accounts.disable(known)
    register(wired, "carl@acme.example")

    tried = [
        wired.check(address, password, link=invited, url=url)
        for address in ("dora@globex.example", "carl@acme.example", "nobody@a.example")
    ]

    references = [
        one.reference if isinstance(one, Granted) else one.public.reference
        for one in tried
    ]
    support = wired.auth.support
    assert [support.find(one, by=ANN) for one in references] == [None] * len(references)
    for clues in ({"url": url}, {"address": "carl@acme.example"}, {"around": START}):
        listed = {one.reference for one in support.search(by=ANN, **clues)}
        assert listed.isdisjoint(references)


def test_a_sender_cannot_go_on_guessing_where_their_recipient_is_throttled(wired, ann):
    # Of a message to Ann, who needs no link: her newest mail leads to it all the same.
    wired.auth.links.issue(
        recipient="ann@acme.example",
        sender="sam@acme.example",
        message="m",
        tenant="acme",
    )
    wired.auth.courier.deliver()
    for number in range(10):
        wired.check("ann@acme.example", "wrong wrong wrong", ip=f"198.51.100.{number}")

    causes = [
        wired.auth.support.find(
            wired.check("ann@acme.example", guess).public.reference, by=SAM
        ).causes
        for guess in ("wrong wrong wrong", PASSWORD)
    ]

    assert causes == [(Cause.THROTTLED,), (Cause.THROTTLED,)]


# -- what is done next --


def test_an_expired_link_is_recalled_and_issued_anew_with_one_call(wired, invited):
    wired.clock.move(timedelta(days=15))
    refused = wired.check("bob@other.example", PASSWORD, link=invited)
    (action,) = wired.auth.support.find(refused.public.reference, by=ANN).actions
    assert action.call == "links.reissue"

    new = wired.auth.links.reissue(action.argument)

    assert wired.store.links.get(action.argument).recalled_at == wired.clock.at
    token = wired.mailed_token()
    assert type(wired.check("bob@other.example", PASSWORD, link=token)) is Granted
    assert (new.message, new.sender.text) == ("m-1", "ann@acme.example")


def test_every_action_is_a_call_that_there_is(wired, ann):
    actions = set()
    for scene in SCENES:
        stage = Wired(wired.colour, **scene.wiring(wired.colour))
        reference = play(scene, stage).public.reference
        for action in stage.auth.support.find(reference, by=OPERATOR).actions:
            part, _, verb = action.call.partition(".")
            getattr(getattr(stage.auth, part), verb)(action.argument)
            actions.add(action.call)

    assert actions == {
        "accounts.enable",
        "accounts.revoke_password",
        "accounts.send_temporary_password",
        "courier.requeue",
        "links.reissue",
        "sessions.end_all",
    }


def test_a_link_nobody_issued_is_not_issued_anew(wired):
    with pytest.raises(InvalidInput) as caught:
        wired.auth.links.reissue("nothing")

    assert caught.value.code == "link_unknown"


def test_nobody_is_written_to_after_their_erasure(wired, invited):
    wired.check("bob@other.example", PASSWORD, link=invited)
    (link,) = wired.store.links._rows.values()
    wired.auth.accounts.erase(link.recipient)

    with pytest.raises(InvalidInput) as caught:
        wired.auth.links.reissue(link.id)

    assert caught.value.code == "account_unknown"
    assert wired.store.links.get(link.id).recalled_at is None


# -- the notice before the log-in --


def test_a_browser_below_the_matrix_is_told_so_and_let_in(colour):
    matrix = BrowserMatrix(lowest={"firefox": 128}, read=read_browser)
    wired = Wired(colour, policy=Policy(browsers=matrix))
    register(wired)
    old = Client(user_agent=OLD_FIREFOX, language="de")

    assert wired.auth.login.notice(old).startswith("Dieser Browser")
    assert wired.auth.login.notice(Client(user_agent="Lynx/2")) is None
    outcome = wired.check("ann@acme.example", PASSWORD, client=old)
    assert type(outcome) is Granted


def test_without_a_matrix_no_browser_is_too_old(wired):
    assert wired.auth.login.notice(Client(user_agent=OLD_FIREFOX)) is None


def test_what_the_page_found_out_is_part_of_the_evidence(wired, ann):
    client = Client(preflight=Preflight(cookies=False, https=True, script=False))
    outcome = wired.check("ann@acme.example", "wrong wrong", client=client)

    evidence = wired.auth.support.find(outcome.public.reference, by=CAROL).evidence

    told = [evidence[name] for name in ("cookies", "https", "script")]
    assert told == ["blocked", "yes", "off"]


def test_a_plus_variant_is_pointed_out(wired, ann):
    outcome = wired.check("ann+news@acme.example", PASSWORD)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.PLUS_VARIANT, Cause.UNKNOWN_ADDRESS)
    assert "ann@acme.example" in diagnosis.evidence["near accounts"]


def test_the_right_portal_is_pointed_out(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD, url=GLOBEX_URL)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes[0] is Cause.WRONG_TENANT


def test_a_mail_that_did_not_arrive_is_part_of_the_answer(wired):
    wired.inbox.answer = Delivery(state=DeliveryState.REFUSED, detail="550 5.1.1")
    wired.auth.accounts.register(
        "ann@acme.example", tenant="acme", audience=Audience.INTERNAL
    )
    wired.auth.courier.deliver()

    outcome = wired.check("ann@acme.example", "what was it again?")

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.MAIL_NOT_DELIVERED, Cause.NO_PASSWORD_SET)
    assert diagnosis.evidence["delivery"] == "refused 550 5.1.1"


def test_external_people_turn_to_the_sender_internal_ones_to_the_administrator(
    wired, ann, invited
):
    external = wired.check("bob@other.example", "wrong wrong wrong", link=invited)
    internal = wired.check("ann@acme.example", "wrong wrong wrong")

    contacts = [
        wired.auth.support.find(outcome.public.reference, by=OPERATOR).contact
        for outcome in (external, internal)
    ]
    assert contacts == ["ann@acme.example", "it@acme.example"]


def test_the_record_holds_what_people_are_asked_for(wired, ann):
    client = Client(
        ip="2001:db8::7",
        user_agent="Firefox/140",
        device_time=START + timedelta(minutes=3),
    )
    outcome = wired.check("Ann@acme.example", "wrong wrong wrong", client=client)

    evidence = wired.auth.support.find(outcome.public.reference, by=OPERATOR).evidence
    assert evidence["typed address"] == "Ann@acme.example"
    assert evidence["portal used"] == URL
    assert evidence["browser"] == "Firefox/140"
    assert evidence["source"] == "2001:db8::7"
    assert evidence["device clock"] == "+180 s against the server"


def test_what_is_typed_into_the_wrong_field_is_not_kept(wired):
    outcome = wired.check("my secret passphrase", PASSWORD, url=URL + "?t=my-token#x")

    record = wired.store.attempts.by_reference(outcome.public.reference)
    assert record.typed == ""
    assert "passphrase" not in repr(record)
    assert "my-token" not in repr(record)


def test_two_tenants_do_not_find_each_others_attempts(wired, ann):
    wired.check("ann@acme.example", "wrong wrong wrong")
    dave = Viewer.administrator("dave", tenant="globex")

    # What an administrator names is not looked at: the viewer has the tenant.
    found = wired.auth.support.search(
        by=dave, address="ann@acme.example", tenant="acme", around=START
    )

    assert found == ()


@pytest.mark.parametrize("tenant", ["initech", None])
def test_an_operator_says_which_tenant_of_those_there_are(wired, tenant):
    with pytest.raises(InvalidInput, match=r"^tenant: "):
        wired.auth.support.search(by=OPERATOR, browser="Firefox", tenant=tenant)


def test_who_came_without_a_link_turns_to_the_sender_of_the_last_one(wired, invited):
    outcome = wired.check("bob@other.example", PASSWORD)

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.causes == (Cause.LINK_MISSING,)
    assert diagnosis.contact == "ann@acme.example"


def test_who_used_a_wrong_url_is_led_to_the_one_portal_that_knows_them(wired, ann):
    outcome = wired.check("ann@acme.example", PASSWORD, url="https://evil.example/")

    diagnosis = wired.auth.support.find(outcome.public.reference, by=OPERATOR)
    assert diagnosis.contact == "it@acme.example"
    assert diagnosis.evidence["portal meant"] == "https://portal.acme.example/secure/"
