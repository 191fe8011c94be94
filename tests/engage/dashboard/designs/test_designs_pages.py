"""Designs without a script: forms alone write, move, choose, look and send; and whatever is posted harms nothing."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from campaigns.designs import actions, keeping
from campaigns.designs.models import Design, Picture, SavedBlock, Style
from crm.business.actions import update_business
from crm.business.models import Business
from crm.contacts.models import Identity
from crm.dialogue.models import Message, Occasion
from crm.preferences.actions import remember
from crm.preferences.models import PreferenceKey
from crm.preferences.statement import Statement
from engage import speak
from engage.dashboard.designs import editor
from engage.dashboard.designs.uploading import ENVELOPE
from engage.lib import clock
from tests import cast
from tests.campaigns.designs.documents import KEPT, TEA, designed, letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def max_(client):
    update_business(by="test", at=clock.now(), name="Quay Lane", postal_address="1 Quay Lane", sender_name="Olga")
    found = cast.max_()
    client.force_login(found)
    return found


def made(kind="letter", contents=None) -> Design:
    contents = contents or {"en": letter() if kind == "letter" else designed({"type": "text", "text": "Hello"})}
    return actions.create_design(kind=kind, name="News", language="en", contents=contents, by="Max", at=clock.now())


def jpeg(colour="red"):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile("beans.jpg", out.getvalue(), "image/jpeg")


def post(client, design, **fields):
    return client.post(reverse("design", args=[design.uid]), {"seen": design.revision, **fields})


def content(design=None, language="en"):
    found = Design.objects.get(pk=design.pk) if design else Design.objects.get()
    return found.contents[language]


def test_a_letter_begins_is_written_and_stays_a_draft(client, max_):
    answer = client.post(reverse("new_design", args=["hello"]))
    design = Design.objects.get()
    assert answer.url == reverse("design", args=[design.uid])
    post(client, design, subject="New", text="Dear {{ contact.frist_name }}\r\nyou")
    assert content()["body"]["text"] == "Dear {{ contact.frist_name }}\nyou"
    page = client.get(answer.url).content.decode()
    assert "Line 1, column 9: contact has no frist_name. Did you mean first_name?" in page
    assert "1 thing to mend" in page


@pytest.mark.parametrize("key", ["hello", "news", "offer", "thanks", "question", "designed", "html", "mjml"])
def test_everything_one_begins_with_opens(client, max_, key):
    answer = client.post(reverse("new_design", args=[key]), follow=True)
    assert answer.status_code == 200
    assert Design.objects.get().language == "en"


def test_blocks_are_put_moved_and_taken_away_by_buttons(client, max_):
    design = made("designed")
    post(client, design, do="insert button :0")
    design.refresh_from_db()
    [button, text] = content()["body"]["blocks"]
    post(client, design, block=button["id"], label="Look", url="https://shop.example", do=f"down {button['id']}")
    assert [block["type"] for block in content()["body"]["blocks"]] == ["text", "button"]
    assert content()["body"]["blocks"][1]["label"] == "Look"
    design.refresh_from_db()
    post(client, design, do=f"remove {text['id']}")
    assert [block["type"] for block in content()["body"]["blocks"]] == ["button"]
    design.refresh_from_db()
    post(client, design, do="undo")
    assert len(content()["body"]["blocks"]) == 2


def test_a_block_is_opened_and_saved_in_its_place(client, max_):
    design = made("designed", {"en": designed({"type": "told", "key": "milk", "text": ""})})
    page = client.get(reverse("design", args=[design.uid]) + "?block=b0").content.decode()
    assert 'id="block-form"' in page
    assert "milk" in page
    answer = post(client, design, block="b0", text="You take {{ value }}.", key="milk", do="close")
    assert answer.url == reverse("design", args=[design.uid])
    assert content()["body"]["blocks"][0]["text"] == "You take {{ value }}."


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "insert script :0"},
        {"do": "insert footer b0.0:0"},
        {"do": "move nobody :0"},
        {"do": "saved 1 :0"},
        {"do": f"saved {TEA} :0"},
        {"do": "remove"},
        {"do": "redo"},
        {"do": "\x00"},
        {"block": "b0", "align": "<script>"},
        {"block": "b0", "text": "x" * 20_001},
        {"subject": "x" * 301},
    ],
)
def test_what_cannot_be_is_refused_in_words_and_changes_nothing(client, max_, fields):
    design = made("designed")
    answer = post(client, design, **fields)
    assert answer.status_code == 400
    assert "Not saved" in answer.content.decode()
    assert Design.objects.get().revision == 1


def test_two_fields_saved_in_the_same_moment_are_both_kept(client, max_, monkeypatch):
    design, real = made("designed"), editor.edit_design

    def meanwhile(found, **change):
        monkeypatch.setattr(editor, "edit_design", real)
        post(client, Design.objects.get(), subject="Newer")
        real(found, **change)

    monkeypatch.setattr(editor, "edit_design", meanwhile)
    post(client, design, do="insert divider :0")
    assert content()["subject"] == "Newer"
    assert [block["type"] for block in content()["body"]["blocks"]] == ["divider", "text"]


def test_a_colleagues_change_is_shown_and_not_written_over(client, max_):
    design = made()
    actions.edit_design(design, contents={"en": letter(text="By Olga")}, by="Olga", at=clock.now())
    answer = client.post(reverse("design", args=[design.uid]), {"seen": 1, "text": "By Max"})
    assert answer.status_code == 409
    assert "Olga changed it meanwhile" in answer.content.decode()
    assert content()["body"]["text"] == "By Olga"
    client.post(reverse("design", args=[design.uid]), {"seen": 1, "text": "By Max", "mine": "1"})
    assert content()["body"]["text"] == "By Max"


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_a_mark_that_is_no_number_is_no_fault(client, max_, seen):
    design = made()
    assert client.post(reverse("design", args=[design.uid]), {"seen": seen, "subject": "New"}).status_code in (302, 409)


def test_markup_in_words_stays_words_on_the_page(client, max_):
    evil = "<script>alert(1)</script>"
    blocks = [
        {"type": "heading", "text": evil},
        {"type": "text", "text": f"{evil} [a](https://a.example) {{{{ '{evil}' }}}}"},
        {"type": "picture", "picture": "https://a.example/x.png", "alt": evil},
        {"type": "told", "key": "milk", "text": evil, "otherwise": evil},
        {"type": "signature", "words": evil, "name": evil, "role": evil},
        {"type": "footer", "text": evil},
    ]
    design = made("designed", {"en": designed(*blocks, subject=evil)})
    actions.edit_design(design, name=evil, by=evil, at=clock.now())
    for page in ("design", "design_preview", "design_text"):
        assert evil not in client.get(reverse(page, args=[design.uid])).content.decode()
    assert evil not in client.get(reverse("designs")).content.decode()
    for number in range(len(blocks)):
        assert evil not in client.get(reverse("design", args=[design.uid]) + f"?block=b{number}").content.decode()


def test_the_frame_runs_no_script_and_stands_in_our_pages_only(client, max_):
    design = made("html", {"en": {"subject": "x", "body": {"source": "<p>Hi</p><script>alert(1)</script>"}}})
    answer = client.get(reverse("design_frame", args=[design.uid]))
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    bare = client.get(reverse("design_frame_without_pictures", args=[design.uid]))
    assert "img-src 'none'" in bare["Content-Security-Policy"]


def test_night_shows_what_mail_programs_show_at_night(client, max_):
    url = reverse("design_frame", args=[made().uid])
    assert "@media (prefers-color-scheme:dark){" in client.get(url).content.decode()
    assert "@media all{" in client.get(url + "?dark=1").content.decode()


def test_a_preview_is_what_that_person_would_read(client, max_, alice):
    design = made(
        "letter",
        {
            "en": letter(
                text="Dear {{ contact.first_name }}, from {{ contact.email }}. {% recall milk %}x{% endrecall %}"
            )
        },
    )
    page = client.get(reverse("design_preview", args=[design.uid]) + "?q=moreau").content.decode()
    assert f"person={alice.uid}" in page
    frame = client.get(reverse("design_frame", args=[design.uid]) + f"?person={alice.uid}").content.decode()
    assert "Dear Alice, from alice@shop.example" in frame
    for nobody in ("x", TEA):
        status = client.get(reverse("design_preview", args=[design.uid]) + f"?person={nobody}").status_code
        assert status in (200, 404)


def test_a_preview_costs_a_fixed_number_of_queries(client, max_, alice, django_assert_max_num_queries):
    design = made()
    with django_assert_max_num_queries(20):
        client.get(reverse("design_preview", args=[design.uid]) + f"?person={alice.uid}")


def test_the_list_costs_the_same_for_many(client, max_, django_assert_max_num_queries):
    for _number in range(12):
        made()
    with django_assert_max_num_queries(10):
        client.get(reverse("designs"))


def test_a_test_goes_through_the_ledger_to_whoever_asks_and_is_kept_in_test(client, max_):
    design = made(
        "letter", {"en": letter(text="Dear {{ contact.first_name }}, it is a good one, says {{ product.name }}.")}
    )
    answer = client.post(reverse("try_design", args=[design.uid]), follow=True)
    assert "Outbox" in answer.content.decode()
    speak.run()
    [message] = Message.objects.all()
    assert (message.state, message.klass, message.origin) == ("kept", "transactional", f"design:{design.uid}")
    assert Identity.objects.get(contact=message.contact).value == max_.email
    assert "A design on trial" in client.get(reverse("message", args=[message.uid])).content.decode()


def test_two_presses_in_one_second_are_one_test(client, max_, monkeypatch):
    design = made()
    monkeypatch.setattr(clock, "now", lambda: cast.NOON)
    for _press in range(2):
        client.post(reverse("try_design", args=[design.uid]))
    assert Message.objects.count() == Occasion.objects.get(origin=f"design:{design.uid}").due == 1


def test_what_cannot_be_sent_is_not_sent_as_a_test_either(client, max_):
    answer = client.post(reverse("try_design", args=[made("letter", {"en": letter(subject="")}).uid]), follow=True)
    assert "It has no subject yet." in answer.content.decode()
    assert not Message.objects.exists()


def test_the_plain_text_is_made_until_somebody_writes_it(client, max_):
    design = made("letter", {"en": letter(text="Come and [taste](https://shop.example/beans)")})
    url = reverse("design_text", args=[design.uid])
    assert "Come and taste &lt;https://shop.example/beans&gt;" in client.get(url).content.decode()
    client.post(url, {"text": "By hand\r\nhttps://shop.example/beans"})
    assert content()["text"] == "By hand\nhttps://shop.example/beans"
    assert "Written by hand" in client.get(url).content.decode()
    client.post(url, {"again": "1", "text": "x"})
    assert content()["text"] is None


def test_a_picture_is_brought_in_and_stands_in_the_letter(client, max_, media):
    design = made()
    url = reverse("design_picture", args=[design.uid]) + "?language=en&block="
    assert client.post(url, {"upload": "1", "file": jpeg()}).status_code == 302
    picture = Picture.objects.get()
    assert content()["body"]["picture"] == picture.name
    assert (picture.title, picture.by) == ("beans", "Max")
    assert picture.name in client.get(reverse("design", args=[design.uid])).content.decode()
    client.post(url, {"picture": ""})
    assert content()["body"]["picture"] == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"upload": "1"}, "Choose a file first."),
        (
            {"upload": "1", "file": SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>", "image/jpeg")},
            "This is no JPEG",
        ),
        ({"picture": "javascript:alert(1)"}, "A picture is one of yours"),
        ({"picture": "../../etc/passwd"}, "A picture is one of yours"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(client, max_, media, fields, words):
    design = made()
    answer = client.post(reverse("design_picture", args=[design.uid]), fields)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert content()["body"]["picture"] == ""
    assert not Picture.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(client, max_, media):
    url = reverse("design_picture", args=[made().uid])
    assert client.post(url, {"upload": "1", "file": jpeg()}, CONTENT_LENGTH=16 * 1024**2 + ENVELOPE).url == url
    assert "larger than 15 MB" in client.get(url).content.decode()
    assert not Picture.objects.exists()


def test_uploads_need_the_token_of_the_form(max_, media):
    client = Client(enforce_csrf_checks=True)
    client.force_login(max_)
    assert client.post(reverse("choose_logo"), {"upload": "1", "file": jpeg()}).status_code == 403
    assert client.post(reverse("import_design"), {"source": "<p>x</p>"}).status_code == 403


@pytest.mark.parametrize("kind", ["designed", "html"])
def test_a_picture_needs_a_block_that_takes_one(client, max_, kind):
    contents = {"en": designed({"type": "text", "text": "x"}) if kind == "designed" else {"body": {"source": "x"}}}
    url = reverse("design_picture", args=[made(kind, contents).uid])
    for block in ("", "b0", "nobody"):
        assert client.post(f"{url}?block={block}", {"picture": ""}).status_code == 404


def test_html_from_elsewhere_is_kept_to_the_letter(client, max_):
    source = "<!doctype html>\r\n<html><head><style>p { x: y }</style></head>\r\n<body>*|FNAME|*\t</body></html>\n"
    client.post(reverse("import_design"), {"subject": "Old", "file": SimpleUploadedFile("old.html", source.encode())})
    assert content()["body"]["source"] == source
    assert Design.objects.get().name == "old"
    client.post(reverse("import_design"), {"source": "<mjml><mj-body></mj-body></mjml>"})
    assert set(Design.objects.values_list("kind", flat=True)) == {"html", "mjml"}


def test_what_is_in_no_encoding_we_know_is_still_read(client, max_):
    client.post(reverse("import_design"), {"file": SimpleUploadedFile("a.html", "<p>café</p>".encode("cp1252"))})
    assert content()["body"]["source"] == "<p>café</p>"


@pytest.mark.parametrize("source", ["", " \n", "x" * 200_001])
def test_nothing_or_too_much_is_not_brought_in(client, max_, source):
    assert client.post(reverse("import_design"), {"source": source}).status_code == 400
    assert not Design.objects.exists()


def test_languages_come_go_and_one_is_for_all_others(client, max_):
    design = made()
    client.post(reverse("add_language", args=[design.uid]), {"language": "en", "new": "es"})
    post(client, Design.objects.get(), language="es", subject="Noticias")
    assert content(language="es")["subject"] == "Noticias"
    assert content(language="en")["subject"] == "News from the quay"
    client.post(reverse("fall_back", args=[design.uid]), {"language": "es"})
    assert Design.objects.get().language == "es"
    client.post(reverse("remove_language", args=[design.uid]), {"language": "es"})
    assert "es" in Design.objects.get().contents
    client.post(reverse("remove_language", args=[design.uid]), {"language": "en"})
    assert list(Design.objects.get().contents) == ["es"]
    client.post(reverse("add_language", args=[design.uid]), {"new": "<script>"})
    assert list(Design.objects.get().contents) == ["es"]


def test_the_look_is_set_once_and_every_design_has_it(client, max_, media):
    client.logout()
    client.force_login(cast.olga())
    client.post(reverse("choose_logo"), {"upload": "1", "file": jpeg()})
    said = {"colour": "#aa3300", "background": "#eeeeee", "font": "serif", "footer": "Since 1998"}
    client.post(reverse("look"), {**said, "instagram": "https://instagram.com/quay"})
    assert Business.objects.get().colour == "#aa3300"
    assert Style.objects.get().social == [["Instagram", "https://instagram.com/quay"]]
    frame = client.get(reverse("design_frame", args=[made("designed").uid])).content.decode()
    for expected in ("Since 1998", "Georgia", Picture.objects.get().name, "#eeeeee"):
        assert expected in frame


@pytest.mark.parametrize(
    "fields", [{"font": "comic"}, {"background": "red;}"}, {"instagram": "javascript:alert(1)"}, {"footer": "x" * 2001}]
)
def test_a_look_that_cannot_be_changes_nothing(client, max_, fields):
    good = {"colour": "#1F6F5C", "background": "#FAF8F4", "font": "sans", "footer": ""}
    assert client.post(reverse("look"), good | fields).status_code == 200
    assert Style.objects.get().by == ""


def test_the_colour_of_the_shop_is_its_owners(client, max_):
    fields = {"colour": "#aa3300", "background": "#FAF8F4", "font": "serif", "footer": ""}
    client.post(reverse("look"), fields)
    assert Style.objects.get().font == "serif"
    assert Business.objects.get().colour == "#1F6F5C"


def test_a_block_is_kept_used_again_and_dropped(client, max_):
    design = made("designed", {"en": designed({"type": "columns", "columns": [[{"id": "x", "type": "divider"}], []]})})
    client.post(reverse("keep_block", args=[design.uid]), {"block": "b0", "name": "Two"})
    saved = SavedBlock.objects.get()
    assert "Two" in client.get(reverse("look")).content.decode()
    post(client, design, do=f"saved {saved.uid} :1")
    first, second = content()["body"]["blocks"]
    assert second["type"] == "columns"
    assert {first["id"], "x"}.isdisjoint({second["id"], second["columns"][0][0]["id"]})
    client.post(reverse("drop_block", args=[saved.uid]))
    assert not SavedBlock.objects.exists()
    client.post(reverse("keep_block", args=[design.uid]), {"block": "nobody"})
    assert not SavedBlock.objects.exists()


def test_a_design_is_copied_renamed_put_away_and_taken_back(client, max_):
    design = made()
    client.post(reverse("copy_design", args=[design.uid]))
    client.post(reverse("rename_design", args=[design.uid]), {"name": "  Spring \n news "})
    assert set(Design.objects.values_list("name", flat=True)) == {"Spring news", "News, copy"}
    client.post(reverse("put_away_design", args=[design.uid]))
    assert "Spring news" not in re.sub(r"toast.*", "", client.get(reverse("designs")).content.decode())
    client.post(reverse("take_back_design", args=[design.uid]))
    assert "Spring news" in client.get(reverse("designs")).content.decode()


def test_agents_do_not_write_designs(client, max_):
    client.force_login(cast.ada())
    design = made()
    for name in ("design", "design_frame", "design_preview", "design_text", "design_picture"):
        assert client.get(reverse(name, args=[design.uid])).status_code == 403
    for name in ("try_design", "follow_links", "put_away_design", "copy_design", "keep_block"):
        assert client.post(reverse(name, args=[design.uid])).status_code == 403
    assert client.get(reverse("look")).status_code == 403


@pytest.mark.parametrize(("seen_by", "shows"), [("everyone", True), ("owners", False)])
def test_a_preview_shows_a_marketer_no_more_than_they_may_see(client, max_, alice, seen_by, shows):
    PreferenceKey.objects.create(key="milk", label="Milk", citable=True, seen_by=seen_by)
    at = clock.now()
    said = Statement(
        contact=alice.pk, recorded_for=alice.pk, key="milk", value="oat", kind="stated", at=at, source_kind="survey"
    )
    remember([said], at=at)
    design = made("letter", {"en": letter(text="{% recall milk %}With {{ value }}.{% endrecall %} Hello to you.")})
    url = reverse("design_frame", args=[design.uid]) + f"?person={alice.uid}"
    assert ("With oat." in client.get(url).content.decode()) is shows


def test_kept_addresses_of_pictures_that_are_gone_do_no_harm(client, max_):
    design = made("letter", {"en": letter(picture=KEPT, alt="x")})
    assert client.get(reverse("design", args=[design.uid])).status_code == 200
    with pytest.raises(Exception, match="logo"):
        keeping.change_style(logo=KEPT, by="Max", at=clock.now())
