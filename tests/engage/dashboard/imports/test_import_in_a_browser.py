"""The wizard in a real browser: read by everybody, by day and by night, on a phone, and to its end."""

import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crm.business import actions
from crm.contacts.imports import running
from crm.contacts.models import Contact, Topic
from engage.lib import clock
from tests import cast
from tests.engage.dashboard.looking import LOOKS, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
FILE = (
    "E-mail,Name,Country,Favourite roast,A rather long title of a column that nobody needs\n"
    "zoe@shop.example,Zoë Müller,GB,dark,https://shop.example/a/very/long/address/that/does/not/break\n"
    "no address,李小龙,GB,light,\n"
)


@pytest.fixture
def shop(live_server, collected_static: None) -> str:
    actions.update_business(by="test", at=clock.now(), name="Quay Lane")
    Topic.objects.get_or_create(key="offers", defaults={"label": "Offers"})
    urllib.request.urlopen(f"{live_server.url}/healthz").close()
    return live_server.url


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_file_comes_in_and_every_step_can_be_read(
    browser: Browser, shop: str, tmp_path: Path, size, scheme: str
) -> None:
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    page, look = context.new_page(), f"{size['width']}-{scheme}"
    path = tmp_path / "our people.csv"
    path.write_text(FILE)

    page.goto(f"{shop}/people/import/")
    looked_at(page, f"1-upload-{look}")
    page.get_by_label("A list of people").set_input_files(path)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Zoë Müller")).to_be_visible()
    page.get_by_label("A rather long title").first.select_option("Leave it out")
    looked_at(page, f"2-columns-{look}")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Yes, and I can say how").check()
    page.get_by_role("button", name="See what will happen").click()
    expect(page.get_by_text("Somebody may ask for").first).to_be_visible()
    looked_at(page, f"3-permission-{look}")
    page.get_by_label("Offers").check()
    page.get_by_label("Where did they agree?").fill("the counter")
    page.get_by_label("In which words?").fill("Write to me about offers")
    page.get_by_label("On which day").fill("2024-05-01")
    page.get_by_role("button", name="See what will happen").click()
    expect(page.get_by_text("Nothing is written yet")).to_be_visible()
    looked_at(page, f"4-checking-{look}")
    running.run()
    expect(page.get_by_role("button", name="Bring them in")).to_be_visible()
    looked_at(page, f"5-checked-{look}")
    page.get_by_role("button", name="Bring them in").click()
    expect(page.get_by_text("They are being brought in.")).to_be_visible()
    running.run()
    expect(page.get_by_text("They are in.")).to_be_visible()
    looked_at(page, f"6-done-{look}")
    assert Contact.objects.filter(name="Zoë Müller").exists()
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Undo the import").click()
    running.run()
    expect(page.get_by_text("Undone.")).to_be_visible()
    looked_at(page, f"7-undone-{look}")
    context.close()
    assert [line for line in heard if "400" not in line] == []
