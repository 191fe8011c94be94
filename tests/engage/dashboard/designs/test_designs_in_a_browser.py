"""Designs in a real browser: a letter typed and saved by itself, blocks by keyboard and by drag, what a colleague
changed meanwhile; by day and night, on a desktop and a phone."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from campaigns.designs import actions, keeping
from campaigns.designs.library import LIBRARY
from campaigns.designs.models import Design, Picture
from crm.catalog.models import Product
from engage.lib import clock
from tests import cast
from tests.campaigns.designs.documents import designed, letter
from tests.engage.dashboard.looking import DESKTOP, PHONE, looked_at, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def jpeg(width=900, height=500):
    out = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def made(kind="designed", *blocks, **content) -> Design:
    contents = {"en": designed(*blocks, **content) if kind == "designed" else letter(**content)}
    return actions.create_design(kind=kind, name="News", language="en", contents=contents, by="Max", at=clock.now())


def quiet(context: BrowserContext) -> list[str]:
    heard: list[str] = []
    context.on("console", lambda message: message.type in {"error", "warning"} and heard.append(message.text))
    return heard


def ours(heard: list[str]) -> list[str]:
    """Without what axe complains of when it looks for itself in a frame that runs no script."""
    return [text for text in heard if "postMessage" not in text]


def saved(page: Page) -> None:
    expect(page.locator("#design-state [role=status]")).to_contain_text("Saved")


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_letter_is_written_and_saves_itself(browser: Browser, shop, size, scheme) -> None:
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    heard = quiet(context)
    page, look = context.new_page(), f"designs-{size['width']}-{scheme}"
    page.goto(f"{shop}/designs/")
    looked_at(page, f"{look}-empty")
    page.get_by_role("button", name="A letter").click()
    page.get_by_label("Subject").fill("The new beans are here")
    page.get_by_label("Text", exact=True).fill(
        "Dear {{ contact.first_name }},\n\nthe new beans are here, and they are good. Come and try."
    )
    saved(page)
    frame = page.frame_locator("#design-frame")
    expect(frame.get_by_text("Dear Alice,")).to_be_visible()
    page.get_by_label("Text", exact=True).press("Control+a")
    page.get_by_role("button", name="Bold").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(
        "**Dear {{ contact.first_name }},\n\nthe new beans are here, and they are good. Come and try.**"
    )
    page.get_by_role("button", name="Undo").click()
    page.get_by_label("Text", exact=True).fill("Dear {{ contact.frist_name }}, are you well?")
    expect(page.locator("#id_text_wrong")).to_contain_text("first_name")
    expect(page.locator("#design-state")).to_contain_text("1 thing to mend")
    page.get_by_label("Text", exact=True).fill(
        "Dear {{ contact.first_name }},\n\nthe **new beans** are here.\n\n- sweet\n- dark\n\nUntil soon,\nOlga"
    )
    expect(page.locator("#id_text_wrong")).to_be_empty()
    page.get_by_text("Their name").click()
    page.get_by_role("button", name="Who writes").click()
    expect(frame.get_by_text("OlgaOlga")).to_be_visible()
    page.get_by_role("link", name="Choose a picture").click()
    page.get_by_label("From this device").set_input_files(
        {"name": "beans.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    )
    looked_at(page, f"{look}-picture")
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_label("What it shows").fill("A bag of beans")
    page.get_by_label("On the button").fill("Have a look")
    page.get_by_label("Leads to").fill("https://shop.example/beans")
    expect(page.locator("#design-findings")).to_contain_text("Nothing wrong")
    expect(frame.get_by_role("link", name="Have a look")).to_be_visible()
    expect(frame.get_by_role("img", name="A bag of beans")).to_be_visible()
    looked_at(page, f"{look}-letter")
    page.get_by_role("link", name="Preview").click()
    looked_at(page, f"{look}-preview")
    page.get_by_role("link", name="By night").click()
    page.get_by_role("link", name="Without", exact=True).click()
    page.get_by_role("link", name="Phone").click()
    looked_at(page, f"{look}-preview-night")
    kept = Design.objects.get().contents["en"]["body"]
    assert kept["text"].startswith("Dear {{ contact.first_name }}")
    assert kept["picture"] == Picture.objects.get().name
    assert ours(heard) == []
    context.close()


def add(page: Page, place: str, kind: str) -> None:
    """With the keyboard alone."""
    plus = page.get_by_label(place, exact=True)
    plus.focus()
    page.keyboard.press("Enter")
    button = page.locator("details[open] > .menu-list > button").filter(has_text=kind).first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(f".block-open > .block-acts .block-kind:has-text('{kind}')")).to_be_visible()


def order(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".canvas .block-kind").all_text_contents()]


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_blocks_are_written_by_keyboard_and_undone(browser: Browser, shop, size, scheme) -> None:
    context = signed_in(browser, shop, cast.max_(), size, scheme)
    heard = quiet(context)
    page, look = context.new_page(), f"blocks-{size['width']}-{scheme}"
    page.goto(f"{shop}/designs/")
    page.get_by_role("button", name="Blank").click()
    looked_at(page, f"{look}-blank")
    add(page, "Add a block at the end", "Heading")
    page.locator("#block-form").get_by_label("Text", exact=True).fill("What is new")
    saved(page)
    expect(page.locator("#design-state")).to_contain_text("1 thing to mend")
    page.get_by_label("Subject").fill("News")
    expect(page.frame_locator("#design-frame").get_by_text("What is new")).to_be_visible()
    add(page, "Add a block at the end", "Text")
    page.locator("#block-form").get_by_label("Text", exact=True).fill("The **new** beans")
    saved(page)
    looked_at(page, f"{look}-open")
    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".block-open")).to_have_count(0)
    assert order(page) == ["Heading", "Text"]
    expect(page.locator(".shown-text b")).to_have_text("new")
    page.get_by_label("Block 2: Text").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Block 1: Text")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Block 1: Heading")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_label("Block 1: Text")).to_be_visible()
    page.get_by_label("Block 1: Text").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".canvas .block")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".canvas .block")).to_have_count(2)
    page.get_by_label("Block 2: Heading").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#block-form")).to_be_visible()
    assert ours(heard) == []
    context.close()


def test_a_block_is_dragged_into_a_column(browser: Browser, shop) -> None:
    design = made(
        "designed",
        {"type": "text", "text": "Drag me"},
        {"type": "columns", "columns": [[], []]},
        {"type": "footer"},
    )
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/designs/{design.uid}/")
    grip = page.get_by_label("Block 1: Text").locator("[data-drag]").bounding_box()
    to = page.locator("[data-place='b1.1:0'] > summary").bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + to["height"] / 2, steps=8)
    expect(page.locator("[data-place='b1.1:0'].drop-here")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_label("Block 1: Columns")).to_contain_text("Drag me")
    columns = Design.objects.get().contents["en"]["body"]["blocks"][0]["columns"]
    assert [[block["text"] for block in column] for column in columns] == [[], ["Drag me"]]
    context.close()


def test_what_a_colleague_changed_meanwhile_is_not_written_over(browser: Browser, shop) -> None:
    design = made("letter")
    context = signed_in(browser, shop, cast.max_(), DESKTOP, "light")
    page = context.new_page()
    page.goto(f"{shop}/designs/{design.uid}/")
    actions.edit_design(design, contents={"en": letter(text="By Olga")}, by="Olga", at=clock.now())
    page.get_by_label("Text", exact=True).fill("By Max")
    expect(page.get_by_role("alert")).to_contain_text("Olga changed it meanwhile")
    looked_at(page, "overtaken")
    assert Design.objects.get().contents["en"]["body"]["text"] == "By Olga"
    page.get_by_role("button", name="Save mine").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert Design.objects.get().contents["en"]["body"]["text"] == "By Max"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("By Olga")
    context.close()


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_designs_of_the_library_and_the_look_can_be_seen(browser: Browser, shop, size, scheme) -> None:
    keeping.keep_picture(file=jpeg(300, 120), title="logo", by="Max", at=clock.now())
    keeping.change_style(
        logo=Picture.objects.get().name, social=[["Instagram", "https://instagram.com/quay"]], by="Max", at=clock.now()
    )
    context = signed_in(browser, shop, cast.olga(), size, scheme)
    page, look = context.new_page(), f"library-{size['width']}-{scheme}"
    page.goto(f"{shop}/designs/look/")
    looked_at(page, f"{look}-look")
    for key in ("news", "offer"):
        page.goto(f"{shop}/designs/")
        page.get_by_role("button", name=str(LIBRARY[key].title)).first.click()
        expect(page.locator("#design-frame")).to_be_visible()
        page.wait_for_load_state("networkidle")
        looked_at(page, f"{look}-{key}")
    page.goto(f"{shop}/designs/")
    looked_at(page, f"{look}-list")
    context.close()


def test_a_product_is_found_and_taken_by_the_keyboard_on_a_phone(browser: Browser, shop) -> None:
    for name in ("Night Blend", "Day Roast", *(f"Tea {number}" for number in range(9))):
        Product.objects.create(external_id=name, name=name, url="https://shop.example/")
    found = made("designed", {"type": "product", "product": "", "instead": "", "label": ""})
    context = signed_in(browser, shop, cast.max_(), PHONE, "light")
    page = context.new_page()
    page.goto(f"{shop}/designs/{found.uid}/?block=b0")
    page.get_by_label("Find a product").first.press_sequentially("roast")
    expect(page.locator("#found-product").get_by_text("1 product fits")).to_be_attached()
    page.locator("#found-product").get_by_label("Day Roast").press("Space")
    saved(page)
    looked_at(page, "designs-product")
    found.refresh_from_db()
    chosen = found.contents["en"]["body"]["blocks"][0]["product"]
    assert chosen == str(Product.objects.get(name="Day Roast").uid)
    context.close()
