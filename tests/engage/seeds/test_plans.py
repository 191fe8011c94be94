"""The demo shop on paper: the same each time, and right on any day of the year."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from engage.seeds.shop import arrivals, orders, people, products, stars, visits, waves
from engage.seeds.shop.people import Group
from engage.seeds.shop.scene import Scene

DAYS = [datetime(2026, month, 17, 6, 30, tzinfo=UTC) for month in range(1, 13)] + [datetime(2028, 2, 29, tzinfo=UTC)]


def planned(now: datetime) -> tuple[Scene, list[orders.PlannedOrder]]:
    scene = Scene(now, people.plan())
    made = orders.plan(scene)
    scene.came = arrivals.plan(scene, made)
    return scene, made


def test_the_plan_is_the_same_each_time() -> None:
    first, again = planned(DAYS[0]), planned(DAYS[0])
    assert first == again
    assert visits.plan(*first) == visits.plan(*again)


def test_everybody_has_an_address_that_nobody_can_have() -> None:
    known = [person for person in people.plan() if person.is_known]
    assert len({person.email for person in known}) == len(known) == 278
    assert all(person.email.endswith(".example") for person in known)
    assert all(person.phone.startswith("07700 900") for person in known if person.phone)


def test_each_group_and_language_has_its_number() -> None:
    everybody = people.plan()
    assert Counter(person.group for person in everybody) == people.GROUPS
    assert Counter(person.language for person in everybody) == {"en": 262, "es": 35, "zh": 15}
    assert len({person.company for person in people.of(everybody, Group.CAFE)}) == 6


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%d %B}")
def test_a_year_of_orders_fits_the_shop_on_any_day(now: datetime) -> None:
    scene, made = planned(now)
    sold: Counter[int] = Counter()
    for order in made:
        sold[order.at.month] += int(order.total)
    assert 530 <= len(made) <= 560
    assert 13_500 <= sum(sold.values()) <= 18_500
    assert sum(order.refunded is not None for order in made) == 11
    assert all(now - timedelta(days=366) < order.at < now for order in made)
    assert [order.number for order in made] == [f"K{2001 + place}" for place in range(len(made))]


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%d %B}")
def test_thirty_one_went_quiet_and_nine_came_back(now: datetime) -> None:
    _scene, made = planned(now)
    bought = defaultdict(list)
    for order in made:
        bought[order.person.number].append(order.at)
    again = [days for days in bought.values() if len(days) > 1]
    quiet = [days for days in again if (now - days[-1]).days >= orders.QUIET]
    back = [days for days in again if days not in quiet and _longest_gap(days) >= orders.QUIET]
    assert (len(quiet), len(back)) == (22, 9)


@pytest.mark.parametrize("hour", [0, 5, 12, 23])
def test_there_are_always_fourteen_who_ordered_again_and_a_hundred_and_thirty_to_be_asked_for_stars(hour: int) -> None:
    for day in range(hour, 366, 9):
        scene, made = planned(datetime(2026, 1, 1, hour, 30, tzinfo=UTC) + timedelta(days=day))
        again = waves.made_again(scene, made)
        assert len({order.person.number for order in again}) == waves.ORDERED_AGAIN
        rounds, stale = stars.plan(scene, made, again)
        assert sum(map(len, rounds)) == stars.ASKED
        assert stale.person not in [order.person for order in again]
        assert all(len({order.person.number for order in each}) == len(each) for each in rounds)


def test_december_is_the_peak_and_january_the_dip() -> None:
    _scene, made = planned(datetime(2026, 11, 20, 12, tzinfo=UTC))
    sold: Counter[int] = Counter()
    for order in made:
        sold[order.at.month] += int(order.total)
    assert max(sold, key=sold.__getitem__) == 12
    assert min(sold, key=sold.__getitem__) == 1


def test_three_of_thirty_six_products_are_sold_out_and_one_is_cheaper() -> None:
    assert len(products.WARES) == 36
    assert sum(not ware.stock for ware in products.WARES) == 3
    assert len(products.CHEAPER) == 1


def _longest_gap(days: list[datetime]) -> int:
    return max((later - earlier).days for earlier, later in zip(days, days[1:], strict=False))
