"""A group is written in rows of plain sentences; what it means so far stands beside them."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.business.models import User
from crm.contacts.models import Contact
from crm.segments import estimating
from crm.segments.actions import create_segment
from crm.segments.models import Segment
from crm.segments.ready import make_ready
from tests import cast

pytestmark = pytest.mark.django_db

SPANISH = {"r.is": "all", "r-0.about": "field:contact.language", "r-0.op": "is", "r-0.value": "es"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def max_(client: Client) -> User:
    max_ = cast.max_()
    client.force_login(max_)
    return max_


@pytest.fixture
def spanish() -> Segment:
    rule = {"field": "contact.language", "op": "is", "value": "es"}
    return create_segment(name="Reads Spanish", rule=rule, by="Olga", at=cast.NOON)


def look(client: Client, said: dict, address: str = "") -> str:
    return client.post(address or reverse("new_group"), said).content.decode()


def test_what_it_means_so_far_stands_beside_the_rows(client, max_):
    cast.contact("Lucía Ortega", language="es"), cast.alice()
    page = look(client, SPANISH)
    assert "People whose language is “es”." in page and "1 person" in page and "Lucía Ortega" in page
    assert not Segment.objects.exists(), "to look keeps nothing"


def test_it_is_kept_with_its_name(client, max_):
    assert client.post(reverse("new_group"), SPANISH | {"name": "Reads Spanish", "keep": "1"}).status_code == 302
    kept = Segment.objects.get()
    assert (kept.name, kept.changed_by) == ("Reads Spanish", "Max")
    assert kept.rule == {"all": [{"field": "contact.language", "op": "is", "value": "es"}]}


def test_without_a_name_or_a_whole_rule_nothing_is_kept(client, max_):
    nameless = client.post(reverse("new_group"), SPANISH | {"keep": "1"})
    assert nameless.status_code == 400 and "This field is required" in nameless.content.decode()
    unfinished = client.post(reverse("new_group"), SPANISH | {"r-0.value": "", "name": "Odd", "keep": "1"})
    assert unfinished.status_code == 400 and "Fill this in." in unfinished.content.decode()
    assert "Odd" in unfinished.content.decode(), "the form comes back as it was"
    assert not Segment.objects.exists()


def test_ready_groups_are_edited_in_the_same_rows(client, max_):
    make_ready(by="Olga", at=cast.NOON)
    quiet = Segment.objects.get(ready="gone-quiet")
    address = reverse("edit_group", args=[quiet.uid])
    page = client.get(address).content.decode()
    assert 'name="r-1-0.when_amount"' in page and 'value="60"' in page
    said = {"name": "Gone quiet", "r.is": "all", "r-0.about": "did:order", "r-1.is": "none"}
    said |= {"r-1-0.about": "did:order", "r-1-0.when": "within", "r-1-0.when_amount": "45", "r-1-0.when_unit": "days"}
    assert client.post(address, said | {"keep": "1"}).status_code == 302
    quiet.refresh_from_db()
    assert quiet.rule == {"all": [{"did": "order"}, {"none": [{"did": "order", "within": {"days": 45}}]}]}


def test_money_is_asked_for_with_its_currency(client, max_):
    make_ready(by="Olga", at=cast.NOON)
    best = Segment.objects.get(ready="best")
    page = client.get(reverse("edit_group", args=[best.uid])).content.decode()
    assert '<option value="GBP" selected>' in page and "r-0.about" not in page
    said = {"r.about": "did:order", "r.how": "sum", "r.of": "column:total", "r.op": "at_least", "r.value": "200"}
    said |= {"r.currency": "GBP", "r.when": "within", "r.when_amount": "365", "name": "Best", "keep": "1"}
    assert client.post(reverse("edit_group", args=[best.uid]), said).status_code == 302
    before = best.rule
    best.refresh_from_db()
    assert best.rule == before


@pytest.mark.parametrize(
    ("do", "named"),
    [
        ("add:r", ["r-1.about"]),
        ("group:r", ["r-1.is", "r-1-0.about"]),
        ("nest:r-0", ["r-0.is", "r-0-0.value", "r-0-1.about"]),
        ("add:r-7", ["r-0.value"]),
        ("explode:r", ["r-0.value"]),
        ("remove:" + "r-0" * 900, ["r-0.value"]),
    ],
)
def test_buttons_change_the_rows_and_keep_what_was_typed(client, max_, do, named):
    page = look(client, SPANISH | {"do": do})
    assert all(f'name="{name}"' in page for name in named) and 'value="es"' in page


def test_what_was_removed_comes_back_by_undo(client, max_):
    gone = client.post(reverse("new_group"), SPANISH | {"do": "remove:r-0"})
    editor = gone.context["editor"]
    assert 'name="r-0.about"' not in gone.content.decode()
    page = look(client, {"r.is": "all", "was": editor.kept_now, "before": editor.kept_before, "do": "undo"})
    assert 'name="r-0.value"' in page and 'value="es"' in page


def test_undo_takes_back_what_was_typed_too(client, max_):
    first = client.post(reverse("new_group"), SPANISH).context["editor"]
    kept = {"was": first.kept_now, "before": first.kept_before}
    second = client.post(reverse("new_group"), SPANISH | {"r-0.value": "fr"} | kept).context["editor"]
    kept = {"was": second.kept_now, "before": second.kept_before}
    assert 'value="es"' in look(client, SPANISH | {"r-0.value": "fr", "do": "undo"} | kept)


def test_while_somebody_types_only_what_stands_beside_the_rows_is_sent(client, max_):
    part = client.post(reverse("new_group"), SPANISH | {"do": "look"}, headers=HTMX).content.decode()
    assert "People whose language is “es”." in part and "<html" not in part and "r-0.op" not in part.split("was")[0]
    assert 'id="r-0-problems"' in part
    rows = client.post(reverse("new_group"), SPANISH | {"do": "add:r"}, headers=HTMX).content.decode()
    assert 'name="r-1.about"' in rows and "<html" not in rows


def test_why_somebody_matches_or_not_is_said_while_it_is_written(client, max_):
    alice = cast.alice()
    assert str(alice.uid) in look(client, SPANISH | {"q": "moreau", "find": "1"})
    page = look(client, SPANISH | {"person": str(alice.uid)})
    assert "Alice Moreau is not in this group." in page and "Found: “en”" in page


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"r-0.about": "field:contact.gone"}, "There is no “contact.gone”."),
        ({"r-0.about": "did:gone"}, "There is no “gone”."),
        ({"r-0.op": "resembles"}, "“resembles” does not go with"),
        ({"r-0.value": "a\x00b"}, "cannot be stored"),
        ({"r-0.value": "x" * 501}, "longer than 500"),
        ({"r-0.about": "field:contact.created", "r-0.op": "in_last", "r-0.amount": "many"}, "whole number from 1"),
        ({"r-0.about": "field:contact.created", "r-0.op": "before", "r-0.value": "soon"}, "must be a date"),
        ({"r-0.about": "did:order", "r-0.how": "count", "r-0.op": "at_least", "r-0.value": "two"}, "must be a number"),
        ({"r-0.about": "bag:attribute", "r-0.name": "shoe", "r-0.as": "number", "r-0.value": "x"}, "must be a number"),
        ({"r-0.about": "bag:attribute"}, "Say which."),
        ({"r-0.about": "did:segment", "r-0.name": "nobody"}, "is not one of"),
    ],
)
def test_what_is_wrong_is_said_at_its_row(client, max_, said, message):
    cast.alice(), create_segment(name="All", rule={"all": []}, by="Olga", at=cast.NOON)
    answer = client.post(reverse("new_group"), SPANISH | said | {"name": "Odd", "keep": "1"})
    assert answer.status_code == 400
    [line] = [line for line in answer.context["editor"].lines if line.problems]
    assert line.prefix == "r-0" and message in line.problems[0]
    assert Segment.objects.count() == 1


def test_a_field_that_is_gone_says_so_in_its_row(client, max_, spanish):
    Segment.objects.update(rule={"all": [{"field": "contact.gone", "op": "is", "value": 1}, {"all": []}]})
    page = client.get(reverse("edit_group", args=[spanish.uid])).content.decode()
    assert "contact.gone (nobody knows it any more)" in page and "There is no “contact.gone”." in page


@pytest.mark.parametrize("rule", [[], "x", None, {"all": 5}, {}, {"did": "order", "count": 5}, {"any": [{"a": "b"}]}])
def test_what_has_no_shape_of_a_rule_begins_anew(client, max_, spanish, rule):
    Segment.objects.update(rule=json.loads(json.dumps(rule)) if rule is not None else "x")
    page = client.get(reverse("edit_group", args=[spanish.uid])).content.decode()
    assert "has not the shape of a rule" in page


def test_groups_nested_too_deep_say_so_where_they_are(client, max_):
    said = {"r" + "-0" * n + ".is": "all" for n in range(55)} | {"name": "Deep", "keep": "1"}
    answer = client.post(reverse("new_group"), said)
    assert answer.status_code == 400 and "nested 50 deep" in answer.content.decode()
    assert client.post(reverse("new_group"), {"r" + "-0" * n + ".is": "all" for n in range(300)}).status_code == 200


def test_more_conditions_than_a_rule_has_say_so(client, max_):
    said = {f"r-{n}.about": "did:order" for n in range(501)} | {"r.is": "any", "name": "Long", "keep": "1"}
    answer = client.post(reverse("new_group"), said)
    assert answer.status_code == 400 and "500 conditions at most" in answer.content.decode()


def test_more_fields_than_any_form_has_are_refused(client, max_):
    said = {f"r-{n}.about": "did:order" for n in range(10_001)}
    assert client.post(reverse("new_group"), said).status_code == 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"all": [' * 60 + "]}" * 60, "nested 50 deep"),
        (json.dumps({"any": [{"field": "contact.name", "op": "is_known"}] * 10_000}), "200000"),
        (json.dumps({"any": [{"did": "order"}] * 10_000}), "500 conditions"),
        ("null", "must be an object"),
        ('{"all": 5}', "must be a list"),
        ("1" * 9999, "cannot be read as JSON"),
        ('{"all": [{"field": "contact.nme", "op": "is", "value": "x"}]}', "Did you mean"),
        ('{"field": "contact.name", "op": "is", "value": "\\u0000"}', "cannot be stored"),
        ('{"field": "contact.name", "op": "is", "value": "\\ud800"}', "cannot be stored"),
        ('{"field": "contact.\\ud800", "op": "is", "value": "\\ud800"}', "cannot be stored"),
        ('{"field": "contact.name", "op": "\\ud800", "value": "x"}', "does not go with"),
        ('{"field": "contact.name", "op": "is", "value": "x", "\\ud800": 1}', "not understood here"),
        (json.dumps({"field": "contact.name", "op": "is", "value": {"a": 1}}), "must be a text"),
    ],
)
def test_a_rule_in_json_becomes_rows_or_says_why_not(client, max_, text, message):
    page = look(client, SPANISH | {"do": "read", "pasted": text})
    assert message in page.replace("200,000", "200000")


def test_a_rule_in_json_comes_in_place_of_the_rows_and_goes_by_undo(client, max_):
    rule = {"any": [{"did": "order"}, {"field": "attribute.shoe", "op": "more_than", "value": 38.5}]}
    answer = client.post(reverse("new_group"), SPANISH | {"do": "read", "pasted": json.dumps(rule)})
    editor = answer.context["editor"]
    assert editor.json == rule
    kept = {"was": editor.kept_now, "before": editor.kept_before, "do": "undo"}
    assert 'value="es"' in look(client, {"r.is": "any", "r-0.about": "did:order"} | kept)


def test_the_number_of_queries_does_not_grow_with_the_rows(client, max_, django_assert_max_num_queries):
    cast.alice()
    said = {"r.is": "any"}
    for n in range(40):
        said |= {f"r-{n}.about": "did:event", f"r-{n}.name": "Order Completed", f"r-{n}-0.about": "property"}
    look(client, said)
    with django_assert_max_num_queries(24):
        look(client, said)


def test_of_very_many_people_it_says_about_how_many_and_counts_when_asked(client, max_, spanish, monkeypatch):
    monkeypatch.setattr(estimating, "MANY", 30)
    monkeypatch.setattr(estimating, "SAMPLE", 20)
    Contact.objects.bulk_create(Contact(name=f"Person {n}", language="es") for n in range(40))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE crm_contacts_contact")
    page = look(client, SPANISH)
    assert "about 40 people" in page and "from a sample" in page and "Count exactly" in page
    exactly = look(client, SPANISH | {"exactly": "1"})
    assert "40 people" in exactly and "about" not in exactly.split("rule-count")[1].split("</p>")[0]
    one = reverse("group", args=[spanish.uid])
    assert "about 40 people" in look(client, {}, one) and "about 40" not in look(client, {"exactly": "1"}, one)


def test_agents_do_not_write(client, spanish):
    client.force_login(cast.ada())
    assert client.post(reverse("new_group"), SPANISH | {"do": "look"}).status_code == 403
    assert client.post(reverse("edit_group", args=[spanish.uid]), SPANISH).status_code == 403
