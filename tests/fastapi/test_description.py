"""The JSON side in the application's own OpenAPI description."""

from __future__ import annotations

import json

from fastapi import FastAPI

import securelogin.fastapi
import securelogin.starlette
from securelogin.testing.frameworks.world import GREETINGS, PORTAL
from tests.fastapi.applications import BASE, application


def test_the_json_side_is_in_the_applications_own_description(world):
    app = application(world.given)
    schema = app.openapi()
    operations = [
        operation for path in schema["paths"].values() for operation in path.values()
    ]
    ids = [operation["operationId"] for operation in operations]

    assert "/secure/api/login" in schema["paths"]
    assert f"{BASE}/current/" in schema["paths"]
    assert schema["paths"]["/secure/api/login"]["post"]["tags"] == [PORTAL.name]
    assert len(set(ids)) == len(ids)
    assert app.openapi() == schema


def test_the_description_writes_a_path_as_a_url_does(world):
    app = FastAPI()
    securelogin.fastapi.add_pages(app, world.given, portal=GREETINGS)

    assert "/gr%C3%BC%C3%9Fe/api/login" in app.openapi()["paths"]


def test_every_reference_in_the_description_leads_somewhere(world):
    text = json.dumps(application(world.given).openapi())
    schema = json.loads(text)
    names = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert names
    assert names <= schema["components"]["schemas"].keys()


def test_views_added_later_are_described_too(world):
    app = application(world.given)
    app.openapi()

    @app.get("/later/")
    async def later() -> None: ...

    schema = app.openapi()
    assert {"/later/", "/secure/api/login"} <= schema["paths"].keys()
