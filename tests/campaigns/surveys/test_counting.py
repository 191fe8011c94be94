"""What was answered is counted once, whoever asks and whenever it is added up; what is erased counts no more."""

from datetime import timedelta

import pytest
import time_machine

from campaigns.surveys import queries
from campaigns.surveys.models import Count, Response, Uncounted
from campaigns.surveys.results import counting
from campaigns.surveys.results.crossing import cross
from campaigns.surveys.results.frequent import frequent
from campaigns.surveys.results.narrowing import EVERYBODY, Narrowed
from campaigns.surveys.results.results import Results, results
from campaigns.surveys.results.stopping import stops
from crm.contacts.actions.erase import erase
from crm.segments.models import Segment
from engage.lib import clock
from tests.campaigns.surveys.many import answer
from tests.campaigns.surveys.pages import submit
from tests.campaigns.surveys.questions import MILK, STARS, WORDS, published, sent_to, tap
from tests.campaigns.surveys.walking import begins, go

RANKED = {"id": "best", "type": "ranking", "text": "Best first?", "choices": MILK["choices"]}
NUMBER = {"id": "cups", "type": "number", "text": "How many cups?"}
DAY = {"id": "since", "type": "date", "text": "Since when?"}
NPS = {"id": "nps", "type": "nps", "text": "Would you recommend us?"}


def found(survey, narrowed: Narrowed = EVERYBODY) -> Results:
    return results(survey, queries.definition_of(survey.current), narrowed)


def bars(survey, id: str, narrowed: Narrowed = EVERYBODY) -> dict[str, int]:
    one = next(one for one in found(survey, narrowed).questions if one.question.id == id)
    return {bar.label: bar.count for bar in one.tally.bars}


def test_an_answer_counts_at_once_and_once_and_is_added_up_later(client):
    survey = published(MILK, STARS, WORDS)
    submit(client, "/s/coffee/", milk=1, taste=4, words="Hello")
    submit(client, "/s/coffee/", milk=2)
    before = found(survey)
    assert (before.answered, bars(survey, "milk")) == (2, {"oat milk": 1, "soy milk": 1, "none": 0})
    counting.sweep()
    counting.sweep()
    assert not Uncounted.objects.exists() and Count.objects.exists()
    assert found(survey) == before
    submit(client, "/s/coffee/", milk=1)
    assert bars(survey, "milk")["oat milk"] == 2
    counting.count_anew()
    assert bars(survey, "milk")["oat milk"] == 2 and found(survey).answered == 3


def test_each_kind_is_counted_as_it_is_drawn(client):
    survey = published(RANKED, NUMBER, DAY)
    answers = [((1, 2, 3), "12", "2026-01-05"), ((1, 3, 2), "1234.5", "2026-03-05"), ((2, 1, 3), "12.4", "2026-03-06")]
    for places, cups, day in answers:
        ranked = {f"best-{no}": place for no, place in zip((1, 2, 7), places, strict=True)}
        submit(client, "/s/coffee/", cups=cups, since=day, **ranked)
    best, cups, since = found(survey).questions
    assert [(bar.label, bar.count, bar.note) for bar in best.tally.bars] == [
        ("oat milk", 2, "1.3"),
        ("soy milk", 1, "2.0"),
        ("none", 0, "2.7"),
    ]
    assert [bar.count for bar in cups.tally.bars] == [2, 0, 0, 0, 0, 0, 1]
    assert [(bar.label, bar.count) for bar in since.tally.bars] == [("2026-01", 1), ("2026-02", 0), ("2026-03", 2)]
    assert cups.measures[0].value == pytest.approx(1258.9 / 3)


def test_who_is_erased_is_in_no_count_whether_or_not_it_was_added_up(client, alice, bob):
    survey = published(MILK, NUMBER)
    submit(client, tap(sent_to(alice)), milk=1, cups=7)
    counting.sweep()
    submit(client, tap(sent_to(bob)), milk=2, cups=9)
    for person in (alice, bob):
        erase(contact=person, by="Olga", at=clock.now())
    assert found(survey).answered == 0 and sum(bars(survey, "milk").values()) == 0
    counting.sweep()
    counting.forget_empty()
    assert not Count.objects.exists() and not Uncounted.objects.exists()


def test_answers_are_narrowed_by_days_language_way_and_group_all_at_once(client, alice, bob):
    survey = published(MILK)
    with time_machine.travel(clock.now() - timedelta(days=40), tick=True):
        submit(client, tap(sent_to(alice)), milk=1)
        counting.sweep()
    submit(client, tap(sent_to(bob)), milk=2)
    submit(client, "/s/coffee/?o=site", milk=7)
    today = clock.now().date()
    assert bars(survey, "milk", Narrowed(since=today - timedelta(days=7))) == {"oat milk": 0, "soy milk": 1, "none": 1}
    assert bars(survey, "milk", Narrowed(until=today - timedelta(days=7)))["oat milk"] == 1
    assert bars(survey, "milk", Narrowed(origin="mail")) == {"oat milk": 1, "soy milk": 1, "none": 0}
    assert bars(survey, "milk", Narrowed(origin="site"))["none"] == 1
    assert bars(survey, "milk", Narrowed(language="es")) == {"oat milk": 0, "soy milk": 0, "none": 0}
    group = Segment.objects.create(name="Alice", rule={"field": "contact.name", "op": "is", "value": alice.name})
    of_alice = found(survey, Narrowed(group=group))
    assert (of_alice.answered, of_alice.cut) == (1, False)
    assert bars(survey, "milk", Narrowed(group=group, since=today - timedelta(days=7)))["oat milk"] == 0
    assert bars(survey, "milk", Narrowed(group=group, origin="mail"))["oat milk"] == 1


def test_how_long_it_takes_is_the_median_over_all_pages(client):
    survey = published(MILK, begins("more"), STARS)
    for seconds in (40, 60, 3000):
        with time_machine.travel(clock.now().replace(hour=9), tick=False) as clock_:  # no day ends meanwhile
            page = client.get("/s/coffee/")
            clock_.shift(seconds / 2)
            page = go(client, page, milk=1)
            clock_.shift(seconds / 2)
            go(client, page, do="send", taste=5)
    assert found(survey).took == pytest.approx(60, rel=0.13)
    assert Response.objects.first().origin == "link"


def test_what_stood_there_before_anything_was_counted_is_counted(client):
    survey = published(MILK)
    submit(client, "/s/coffee/", milk=1)
    Response.objects.update(marks=None, day=None)
    assert found(survey).answered == 0
    counting.sweep()
    counting.sweep()
    assert (found(survey).answered, bars(survey, "milk")["oat milk"]) == (1, 1)


def test_an_answer_that_is_final_no_more_counts_no_more(client):
    survey = published(MILK)
    submit(client, "/s/coffee/", milk=1)
    counting.sweep()
    Response.objects.update(state="screened")
    assert found(survey).answered == 0 and bars(survey, "milk")["oat milk"] == 0
    Response.objects.all().delete()
    survey.current = None
    survey.save()
    survey.versions.all().delete()
    survey.delete()
    counting.sweep()
    assert not Count.objects.exists() and not Uncounted.objects.exists()


def test_a_number_has_its_interval_and_a_change_only_where_it_can_be_told(client):
    survey = published(NPS, {"id": "csat", "type": "csat", "text": "Satisfied?"})
    now = clock.now()
    answer(survey, *29 * [{"nps": 3, "csat": 5}], at=now - timedelta(days=45))
    few = found(survey).questions[0].measures[0]
    assert (few.value, few.interval, few.way) == (-100, None, "")
    answer(survey, {"nps": 9, "csat": 1}, at=now - timedelta(days=45))
    alone = found(survey).questions[0].measures[0]
    assert -100 <= alone.ends[0] < alone.value < alone.ends[1] <= 100 and not alone.compared and alone.way == ""
    answer(survey, *30 * [{"nps": 10, "csat": 5}])
    nps, csat = found(survey).questions
    assert (nps.measures[0].way, csat.measures[0].way, csat.measures[1].way) == ("up", "", "")
    assert all(one.compared for one in (*nps.measures, *csat.measures))


def test_two_questions_are_read_against_each_other_and_small_cells_are_named(client):
    survey = published(MILK, STARS)
    answer(survey, *7 * [{"milk": 1, "taste": 5}], *3 * [{"milk": 1, "taste": 1}], {"milk": 2})
    milk, taste = queries.definition_of(survey.current).questions
    crossed = cross(survey, milk, taste, at=clock.now(), other="Else")
    oat = crossed.rows[0]
    assert (crossed.both, oat.people, [cell.count for cell in oat.cells]) == (10, 10, [3, 0, 0, 0, 7])
    assert (oat.cells[4].share, oat.cells[0].small, oat.cells[4].small, crossed.cut) == (70, True, False, False)


def test_where_people_stop_and_what_they_say_most(client):
    survey = published(MILK, begins("more", "About you"), WORDS)
    go(client, client.get("/s/coffee/"), milk=1)
    answer(survey, *3 * [{"milk": 1, "words": "The delivery was slow"}], {"words": "Slow, and la entrega"})
    definition = queries.definition_of(survey.current)
    assert [(one.title, one.stopped, one.share) for one in stops(survey, definition, sent=4)] == [
        ("Page 1", 0, 0),
        ("About you", 1, 20),
    ]
    assert frequent(survey, definition, at=clock.now()) == {"words": [("slow", 4), ("delivery", 3)]}
