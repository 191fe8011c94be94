"""The pages that explain the interface, under the same strict policy as all others."""

import pytest
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.engage.api.caller import Caller

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_show_every_resource_and_break_no_policy(live_server, page: Page) -> None:
    wrong: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            wrong.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{live_server.url}/api/docs/")
    page.locator("#operations-tag-contacts").click()
    expect(page.get_by_text("/api/v1/contacts/", exact=True).first).to_be_visible()
    document = Client().get("/api/schema/?format=json").json()
    resources = {tag for path in document["paths"].values() for one in path.values() for tag in one["tags"]}
    expect(page.locator(".opblock-tag")).to_have_count(len(resources))
    expect(page.get_by_role("button", name="Authorize")).to_be_visible()

    assert wrong == []


def test_schema_and_pages_need_no_key_and_name_the_one_that_is_needed() -> None:
    schema = Caller(root="/api/").get("schema/", format="json")

    assert schema.status_code == 200
    document = Client().get("/api/schema/?format=json").json()
    assert document["components"]["securitySchemes"] == {
        "key": {"type": "http", "scheme": "bearer", "description": "A key of kind api."}
    }
    contacts = document["paths"]["/api/v1/contacts/"]
    assert contacts["get"]["security"] == [{"key": []}]
    assert {"401", "400", "422"} <= set(contacts["post"]["responses"])
    assert "Idempotency-Key" in {parameter["name"] for parameter in contacts["post"]["parameters"]}
    assert {"email", "external_id", "search", "limit", "cursor"} <= {
        parameter["name"] for parameter in contacts["get"]["parameters"]
    }
