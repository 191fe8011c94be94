"""Reports come in any order and any number of times: the end is the same."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from crm.dialogue.fold import HANDED, TIMES, Bounce, Standing, fold, state_after

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)

times = st.integers(0, 10_000).map(lambda seconds: NOON + timedelta(seconds=seconds))
bounces = st.builds(
    Bounce, st.sampled_from(["hard", "soft", "block"]), st.sampled_from(["", "full"]), st.text(max_size=3)
)
reports = st.one_of(
    st.tuples(st.sampled_from([*TIMES, "unsubscribed"]), times, st.none()),
    st.tuples(st.just("bounced"), times, bounces),
)


def folded(heard, before: Standing | None = None) -> Standing:
    standing = before or Standing()
    for kind, at, bounce in heard:
        standing = fold(standing, kind, at, bounce)
    return standing


@given(st.lists(reports, max_size=8), st.randoms())
def test_the_order_of_reports_does_not_matter(heard, random):
    shuffled = list(heard)
    random.shuffle(shuffled)
    assert folded(shuffled) == folded(heard)


@given(st.lists(reports, max_size=8), st.data())
def test_a_report_heard_again_changes_nothing(heard, data):
    again = data.draw(st.lists(st.sampled_from(heard), max_size=8)) if heard else []
    assert folded([*heard, *again]) == folded(heard)


@given(st.lists(reports, max_size=4), st.lists(reports, max_size=4))
def test_it_makes_no_difference_how_reports_are_bundled(first, second):
    assert folded(second, folded(first)) == folded([*first, *second])


@given(st.lists(reports, max_size=6))
def test_the_state_that_follows_is_the_same_whether_it_is_written_in_between_or_not(heard):
    state = "accepted"
    standing = Standing()
    for kind, at, bounce in heard:
        standing = fold(standing, kind, at, bounce)
        state = state_after(state, standing)
    assert state == state_after("accepted", folded(heard))


def test_coming_back_decides_over_arriving_and_the_worst_reason_over_others():
    heard = [
        ("delivered", NOON, None),
        ("bounced", NOON + timedelta(hours=2), Bounce("soft", "full")),
        ("bounced", NOON + timedelta(hours=1), Bounce("hard", "no_mailbox")),
    ]
    for order in permutations(heard):
        standing = folded(order)
        assert state_after("accepted", standing) == "bounced"
        assert standing.bounce == Bounce("hard", "no_mailbox")
        assert standing.bounced == NOON + timedelta(hours=1)


def test_what_may_have_arrived_has_arrived_once_somebody_says_so():
    assert state_after("unknown", folded([("opened", NOON, None)])) == "delivered"


def test_what_never_left_is_not_changed_by_any_report():
    for state in ("queued", "waiting", "withheld", "kept", "failed"):
        assert state not in HANDED
        assert state_after(state, folded([("bounced", NOON, Bounce("hard"))])) == state
