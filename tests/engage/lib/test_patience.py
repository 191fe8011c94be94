"""What can pass is tried again; what cannot, and what is not ours to repeat, is not."""

import pytest
from django.db import OperationalError, transaction

from engage.lib.patience import patient


class Failing:
    def __init__(self, times: int, error: type[Exception] = OperationalError) -> None:
        self.left, self.calls, self.error = times, 0, error

    def __call__(self, answer: str) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return answer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("times", "calls"), [(0, 1), (1, 2), (2, 3)])
def test_what_passes_is_never_noticed(times, calls):
    failing = Failing(times)
    assert patient(failing.__call__)("done") == "done"
    assert failing.calls == calls


@pytest.mark.django_db(transaction=True)
def test_what_does_not_pass_is_told_after_three_tries():
    failing = Failing(9)
    with pytest.raises(OperationalError):
        patient(failing.__call__)("done")
    assert failing.calls == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [ValueError, KeyError])
def test_what_cannot_pass_is_told_at_once(error):
    failing = Failing(1, error)
    with pytest.raises(error):
        patient(failing.__call__)("done")
    assert failing.calls == 1


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_of_the_callers_nothing_is_repeated():
    failing = Failing(1)
    with transaction.atomic(), pytest.raises(OperationalError):
        patient(failing.__call__)("done")
    assert failing.calls == 1
