"""What a record leaves open, the portal of its person says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from securelogin.accounts import Audience
from securelogin.imports import Home, Record, read_record
from securelogin.portals import Portals
from tests.wiring import ACME

STAFF = replace(ACME, audiences=[Audience.INTERNAL], language="de")
GUESTS = replace(
    ACME,
    url="https://guests.acme.example/",
    audiences=[Audience.EXTERNAL],
    language="ja",
)


@pytest.mark.parametrize(
    ("said", "language"),
    [({}, "de"), ({"audience": "external"}, "ja"), ({"language": "fr"}, "fr")],
)
def test_people_who_name_no_language_have_that_of_a_portal_that_serves_them(
    said, language
):
    record = Record(place="line 2", found={"address": "ann@acme.example", **said})

    for both in ([STAFF, GUESTS], [GUESTS, STAFF]):
        person = read_record(record, home=Home(tenant="acme"), portals=Portals(both))

        assert person.language == language
