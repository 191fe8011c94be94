"""Designs over REST: read, written, refused at their place, never written over."""

import pytest

from campaigns.designs.models import Design
from tests.campaigns.designs.documents import designed, letter

pytestmark = pytest.mark.django_db


def make(api, **body):
    said = {"name": "News", "kind": "letter", "language": "en", "contents": {"en": letter()}} | body
    return api.post("templates/", said)


def test_a_design_is_made_and_read(api):
    made = make(api, kind="designed", contents={"en": designed({"type": "text", "text": "Dear {{ contact.nam }}"})})
    assert made.status_code == 201
    body = made.said
    assert body["revision"] == 1
    assert body["contents"]["en"]["body"]["blocks"][0]["align"] == "left"
    assert [(one["place"], one["line"], one["column"], one["stops"]) for one in body["found"]] == [
        ("b0.text", 1, 9, True)
    ]
    assert api.get(f"templates/{body['id']}/").said == body
    listed = api.get("templates/", kind="designed").said["results"]
    assert [one["id"] for one in listed] == [body["id"]]
    assert "contents" not in listed[0]
    assert api.get("templates/", kind="html").said["results"] == []


def test_without_contents_it_begins_empty(api):
    said = {"name": "News", "kind": "html", "language": "es"}
    made = api.post("templates/", said).said
    assert made["contents"]["es"]["body"] == {"source": ""}


def test_a_change_is_made_from_a_revision(api):
    made = make(api).said
    url = f"templates/{made['id']}/"
    changed = api.patch(url, {"revision": 1, "contents": {"en": letter(subject="Newer")}, "name": "Newest"})
    assert (changed.status_code, changed.said["revision"], changed.said["name"]) == (200, 2, "Newest")
    late = api.patch(url, {"revision": 1, "contents": {"en": letter(subject="Late")}})
    assert late.status_code == 409
    assert "revision 2" in late.said["errors"][0]["message"]
    assert Design.objects.get().contents["en"]["subject"] == "Newer"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"contents": {"en": {"subject": 3}}}, "contents.en.subject"),
        ({"contents": {"en": {"body": {"picture": "javascript:x"}}}}, "contents.en.body.picture"),
        ({"contents": {}}, "contents"),
        ({"contents": {"English": {}}}, "contents.English"),
        ({"language": "fr"}, "language"),
        ({"kind": "pdf"}, "kind"),
        ({"colour": "red"}, "colour"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_not_understood_is_refused_at_its_place(api, body, field):
    answer = make(api, **body)
    assert answer.status_code == 400
    assert answer.said["errors"][0]["field"] == field
    assert not Design.objects.exists()


def test_what_is_put_away_leaves_the_list_and_can_still_be_read(api):
    made = make(api).said
    url = f"templates/{made['id']}/"
    assert api.delete(url).status_code == 204
    assert api.get("templates/").said["results"] == []
    assert api.get(url).status_code == 200


def test_the_preview_stays_where_it_was(api):
    said = {"source": "Dear {{ contact.first_name }}", "subject": "Hello"}
    assert "Dear Alice" in api.post("templates/preview/", said).said["html"]
