import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from campaigns.channels.compile import compile_design
from campaigns.channels.email.greeting import Server
from campaigns.channels.email.mime import Address, Letter
from campaigns.channels.email.smtp import Smtp
from campaigns.channels.names import SAMPLE
from campaigns.channels.port import Fate, Outcome, Parcel
from campaigns.channels.skeleton import fill
from tests.campaigns.channels.email.sinks import CLOSE, SILENCE, ScriptedServer, serving

SKELETON = compile_design("Hello {{ contact.first_name }}", "Dear {{ contact.first_name }},\n\n.\n\nbye", "letter")
SLOTS = fill(SKELETON, SAMPLE)


@dataclass
class Ledger:
    """What a belt would write down, in order."""

    outcomes: dict[Any, Outcome] = field(default_factory=dict)
    marked: list[list[Any]] = field(default_factory=list)
    stopped: set[Any] = field(default_factory=set)

    def turn(self, outcomes: Sequence[Outcome], keys: Sequence[Any]) -> set[Any] | None:
        for outcome in outcomes:
            assert outcome.key not in self.outcomes, "two outcomes for one mail"
            self.outcomes[outcome.key] = outcome
        if keys:
            self.marked.append(list(keys))
        return set(keys) - self.stopped

    def fates(self) -> dict[Any, Fate]:
        return {key: outcome.fate for key, outcome in self.outcomes.items()}

    def marked_keys(self) -> set[Any]:
        return {key for keys in self.marked for key in keys}


def parcel(name: str) -> Parcel:
    letter = Letter(
        skeleton=SKELETON,
        slots=SLOTS,
        sender=Address("shop@shop.test", "Our shop"),
        to=Address(f"{name}@customers.test"),
        message_id="<1@shop.test>",
        at=datetime(2026, 5, 4, tzinfo=UTC),
    )
    return Parcel(name, f"{name}@customers.test", letter)


def parcels(count: int) -> list[Parcel]:
    return [parcel(f"p{number}") for number in range(count)]


def send(server: ScriptedServer, mails: list[Parcel], ledger: Ledger | None = None, **options: Any) -> Ledger:
    ledger = ledger or Ledger()
    carrier = Smtp(Server("127.0.0.1", server.port, **{"reply_timeout": 0.5, "final_timeout": 0.5, **options}))
    carrier.hand_over(mails, ledger.turn)
    carrier.close()
    assert ledger.outcomes.keys() == {mail.key for mail in mails}
    return ledger


@pytest.mark.parametrize("offers", [("PIPELINING", "8BITMIME"), ()], ids=["pipelined", "one by one"])
@pytest.mark.parametrize("connections", [1, 4])
def test_every_mail_arrives_once_over_kept_connections(offers, connections):
    with serving(ScriptedServer(offers=offers)) as server:
        ledger = send(server, parcels(50), connections=connections)
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert sorted(server.rcpts()) == sorted(mail.address for mail in parcels(50))
    assert server.connections == connections


def test_a_mail_is_marked_before_its_body_is_sent_and_at_most_one_is_open_for_each_connection():
    with serving(ScriptedServer()) as server:
        ledger, arrived_before = Ledger(), []

        def turn(outcomes, keys):
            arrived_before.append(({rcpt.partition("@")[0] for rcpt in server.rcpts()}, set(keys)))
            settled = ledger.outcomes.keys() | {outcome.key for outcome in outcomes}
            assert len((ledger.marked_keys() | set(keys)) - settled) <= 3
            return ledger.turn(outcomes, keys)

        carrier = Smtp(Server("127.0.0.1", server.port, connections=3))
        carrier.hand_over(parcels(40), turn)
        carrier.close()
    assert all(not arrived & keys for arrived, keys in arrived_before)
    assert len(ledger.marked_keys()) == 40


def test_lines_that_begin_with_a_dot_arrive_as_they_were_written():
    with serving(ScriptedServer()) as server:
        send(server, parcels(1))
    assert b"\r\n.=\r\n" in server.received[0][1] or b"\r\n=2E" in server.received[0][1]


def test_a_refused_recipient_is_final_and_the_others_go():
    with serving(
        ScriptedServer(lambda stage, rcpt, n: "550 5.1.1 no" if (stage, rcpt[:3]) == ("RCPT", "p3@") else None)
    ) as server:
        ledger = send(server, parcels(10))
    assert ledger.outcomes["p3"] == Outcome("p3", Fate.REFUSED, "550 5.1.1 no")
    assert "p3" not in ledger.marked_keys()
    assert sum(fate is Fate.ACCEPTED for fate in ledger.fates().values()) == 9


def test_a_server_that_wants_a_body_without_any_recipient_gets_a_lone_dot():
    def answer(stage, rcpt, number):
        if rcpt.startswith("p1@"):
            return {"RCPT": "550 no", "DATA": "354 go on", "FINAL": "554 no valid recipients"}.get(stage)
        return None

    with serving(ScriptedServer(answer)) as server:
        ledger = send(server, parcels(4), connections=1)
    assert ledger.outcomes["p1"].fate is Fate.REFUSED
    assert [body for rcpt, body in server.received if rcpt.startswith("p1@")] == [b""]
    assert sum(fate is Fate.ACCEPTED for fate in ledger.fates().values()) == 3


@pytest.mark.parametrize("offers", [("PIPELINING", "8BITMIME"), ()], ids=["pipelined", "one by one"])
@pytest.mark.parametrize(("stage", "reply"), [("RCPT", "550 no"), ("MAIL", "550 no"), ("DATA", "451 later")])
def test_the_next_mail_goes_by_the_same_connection_after_one_that_was_refused(stage, reply, offers):
    """A server takes no second MAIL before the first has ended."""
    bad = {"p1@customers.test", "p2@customers.test"}
    answer = {"MAIL": lambda rcpt, n: n in {2, 3}}.get(stage, lambda rcpt, n: rcpt in bad)
    with serving(
        ScriptedServer(lambda at, rcpt, n: reply if at == stage and answer(rcpt, n) else None, offers)
    ) as server:
        ledger = send(server, parcels(6), connections=1)
    assert [ledger.fates()[f"p{n}"] for n in (0, 3, 4, 5)] == [Fate.ACCEPTED] * 4
    assert {outcome.reply for key, outcome in ledger.outcomes.items() if key in {"p1", "p2"}} == {reply}
    assert server.connections == 1


def test_nobody_gets_an_empty_mail_from_a_server_that_refuses_it_and_takes_its_recipient():
    said = {("MAIL", 2): "451 no", ("RCPT", 2): "250 ok"}
    with serving(ScriptedServer(lambda stage, rcpt, n: said.pop((stage, n), None))) as server:
        ledger = send(server, parcels(4), connections=1)
    assert ledger.fates() == {"p0": Fate.ACCEPTED, "p1": Fate.DEFERRED, "p2": Fate.ACCEPTED, "p3": Fate.ACCEPTED}
    assert [rcpt for rcpt, body in server.received if not body.strip()] == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "FINAL"])
def test_a_temporary_failure_is_put_off_at_every_stage(stage):
    with serving(ScriptedServer(lambda at, rcpt, n: "451 4.7.1 later" if at == stage and n == 2 else None)) as server:
        ledger = send(server, parcels(3), connections=1)
    assert ledger.fates() == {"p0": Fate.ACCEPTED, "p1": Fate.DEFERRED, "p2": Fate.ACCEPTED}
    assert ("p1" in ledger.marked_keys()) == (stage == "FINAL")


def test_a_server_that_ends_each_connection_after_some_mails_gets_the_rest_over_new_ones():
    with serving(
        ScriptedServer(lambda stage, rcpt, n: "421 too many" if (stage, n) == ("MAIL", 6) else None)
    ) as server:
        ledger = send(server, parcels(23), connections=2)
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert len(server.rcpts()) == len(set(server.rcpts())) == 23
    assert server.connections >= 4


def test_connections_that_all_end_at_the_same_time_are_no_reason_to_give_up():
    def answer(stage, rcpt, number):
        if (stage, number) != ("MAIL", 4):
            return None
        time.sleep(0.1)  # until the others are as far
        return "421 too many"

    with serving(ScriptedServer(answer)) as server:
        ledger = send(server, parcels(120), connections=8)
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert len(server.rcpts()) == len(set(server.rcpts())) == 120


def test_what_was_announced_on_a_tired_connection_goes_over_a_fresh_one():
    """Not over another that is as tired: it would be put off."""
    met = Counter[str]()

    def answer(stage, rcpt, number):
        if (stage, number) != ("RCPT", 3):
            return None
        met[rcpt] += 1
        return "421 too many"

    with serving(ScriptedServer(answer)) as server:
        ledger = send(server, parcels(200), connections=6)
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert set(met.values()) == {1}


def test_what_was_announced_behind_a_mail_that_ended_the_connection_pays_nothing_for_it():
    closes = Counter({"p1@customers.test": 1})

    def answer(stage, rcpt, number):
        if stage == "DATA" and closes[rcpt]:
            closes[rcpt] -= 1
            return CLOSE
        return CLOSE if (stage, rcpt[:3]) == ("FINAL", "p0@") else None

    with serving(ScriptedServer(answer)) as server:
        ledger = send(server, parcels(3), connections=1)
    assert ledger.fates() == {"p0": Fate.UNKNOWN, "p1": Fate.ACCEPTED, "p2": Fate.ACCEPTED}


def test_421_after_the_body_puts_the_mail_off():
    with serving(
        ScriptedServer(lambda stage, rcpt, n: "421 closing" if (stage, rcpt[:2]) == ("FINAL", "p1") else None)
    ) as server:
        ledger = send(server, parcels(3), connections=1)
    assert ledger.fates() == {"p0": Fate.ACCEPTED, "p1": Fate.DEFERRED, "p2": Fate.ACCEPTED}


@pytest.mark.parametrize("ending", [CLOSE, SILENCE])
def test_a_mail_without_an_answer_after_its_final_dot_is_unknown_and_not_sent_again(ending):
    with serving(
        ScriptedServer(lambda stage, rcpt, n: ending if (stage, rcpt[:3]) == ("FINAL", "p1@") else None)
    ) as server:
        ledger = send(server, parcels(5), connections=1)
    assert ledger.fates() == {"p0": Fate.ACCEPTED, "p1": Fate.UNKNOWN, **{f"p{n}": Fate.ACCEPTED for n in (2, 3, 4)}}
    assert sum(keys.count("p1") for keys in ledger.marked) == 1


def test_a_connection_that_ends_before_the_body_costs_nothing():
    seen = set()

    def once(stage, rcpt, number):
        if stage == "DATA" and rcpt.startswith("p2@") and rcpt not in seen:
            seen.add(rcpt)
            return CLOSE
        return None

    with serving(ScriptedServer(once)) as server:
        ledger = send(server, parcels(5), connections=1)
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert len(server.rcpts()) == 5


def test_a_mail_that_ends_every_connection_comes_back_unsent():
    with serving(
        ScriptedServer(lambda stage, rcpt, n: CLOSE if (stage, rcpt[:3]) == ("RCPT", "p1@") else None)
    ) as server:
        ledger = send(server, parcels(4), connections=1)
    assert ledger.fates() == {"p0": Fate.ACCEPTED, "p1": Fate.NOT_HANDED, "p2": Fate.ACCEPTED, "p3": Fate.ACCEPTED}
    assert "p1" not in ledger.marked_keys()


def test_a_silent_recipient_delays_nobody_else():
    with serving(
        ScriptedServer(lambda stage, rcpt, n: SILENCE if (stage, rcpt[:3]) == ("RCPT", "p0@") else None)
    ) as server:
        moments = {}
        ledger = Ledger()

        def turn(outcomes, keys):
            moments.update({outcome.key: len(ledger.outcomes) for outcome in outcomes})
            return ledger.turn(outcomes, keys)

        carrier = Smtp(Server("127.0.0.1", server.port, connections=2, reply_timeout=1.5))
        carrier.hand_over(parcels(20), turn)
        carrier.close()
    assert ledger.outcomes["p0"].fate is Fate.NOT_HANDED
    assert max(moments, key=moments.get) == "p0", "all others were settled before the silence was over"


@pytest.mark.parametrize("ending", [SILENCE, "250 at last"])
def test_what_is_announced_behind_a_mail_without_an_answer_goes_another_way(ending):
    others = threading.Event()

    def answer(stage, rcpt, number):
        if (stage, rcpt[:3]) != ("FINAL", "p0@"):
            return None
        others.wait(10)
        return ending

    def turn(outcomes, keys):
        ledger.turn(outcomes, keys)
        if len(ledger.outcomes.keys() - {"p0"}) == 19:
            others.set()

    ledger = Ledger()
    with serving(ScriptedServer(answer)) as server:
        options = {"connections": 2, "overtaking": 0.2, "final_timeout": 4, "reply_timeout": 8}
        carrier = Smtp(Server("127.0.0.1", server.port, **options))
        carrier.hand_over(parcels(20), turn)
        carrier.close()
    assert list(ledger.outcomes)[-1] == "p0"
    assert ledger.outcomes.pop("p0").fate is (Fate.UNKNOWN if ending == SILENCE else Fate.ACCEPTED)
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert sorted(server.rcpts()) == sorted(f"p{n}@customers.test" for n in range(ending == SILENCE, 20))


def test_nothing_listens():
    ledger = send(ScriptedServer(port=1), parcels(3))
    assert set(ledger.fates().values()) == {Fate.NOT_HANDED}
    assert not ledger.marked


def test_a_server_that_dies_at_once_is_not_hammered():
    with serving(ScriptedServer(lambda stage, rcpt, n: CLOSE)) as server:
        ledger = send(server, parcels(100), connections=2)
    assert set(ledger.fates().values()) == {Fate.NOT_HANDED}
    assert server.connections < 12


def test_what_the_ledger_no_longer_owns_is_not_sent():
    with serving(ScriptedServer()) as server:
        ledger = send(server, parcels(6), Ledger(stopped={"p2", "p3"}), connections=2)
    assert {key for key, fate in ledger.fates().items() if fate is Fate.NOT_HANDED} == {"p2", "p3"}
    assert sorted(server.rcpts()) == [f"p{n}@customers.test" for n in (0, 1, 4, 5)]


def test_when_the_mark_fails_nothing_of_it_is_sent():
    def turn(outcomes, keys):
        raise RuntimeError("the database is gone")

    with serving(ScriptedServer()) as server:
        carrier = Smtp(Server("127.0.0.1", server.port))
        with pytest.raises(RuntimeError):
            carrier.hand_over(parcels(5), turn)
        ledger = Ledger()
        carrier.hand_over([parcel("later")], ledger.turn)
        carrier.close()
    assert server.rcpts() == ["later@customers.test"]


def test_a_kept_connection_that_the_server_closed_meanwhile_is_replaced():
    with serving(ScriptedServer(lambda stage, rcpt, n: CLOSE if stage == "MAIL" and n == 2 else None)) as server:
        carrier, ledger = Smtp(Server("127.0.0.1", server.port, connections=1)), Ledger()
        for name in ("a", "b", "c"):
            carrier.hand_over([parcel(name)], ledger.turn)
        carrier.close()
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert server.connections == 3


def test_a_connection_that_nobody_used_for_long_is_not_trusted_with_a_mail(monkeypatch):
    """What a firewall between forgot is silent, and would hold the mail up until the time-out."""
    monkeypatch.setattr("campaigns.channels.email.smtp.KEPT", 0)
    with serving(ScriptedServer(lambda stage, rcpt, n: SILENCE if stage == "MAIL" and n == 2 else None)) as server:
        carrier, ledger = Smtp(Server("127.0.0.1", server.port, connections=1)), Ledger()
        for name in ("a", "b"):
            carrier.hand_over([parcel(name)], ledger.turn)
        carrier.close()
    assert set(ledger.fates().values()) == {Fate.ACCEPTED}
    assert server.connections == 2


def test_an_address_that_needs_smtputf8_is_refused_where_the_server_has_none():
    with serving(ScriptedServer()) as server:
        ledger = send(server, [parcel("bjørn"), parcel("bob")])
    assert ledger.fates() == {"bjørn": Fate.REFUSED, "bob": Fate.ACCEPTED}


def test_an_address_that_needs_smtputf8_is_written_where_the_server_has_it():
    with serving(ScriptedServer(offers=("PIPELINING", "8BITMIME", "SMTPUTF8"))) as server:
        ledger = send(server, [parcel("bjørn")])
    assert ledger.fates() == {"bjørn": Fate.ACCEPTED}
    assert "MAIL FROM:<shop@shop.test> BODY=8BITMIME SMTPUTF8" in server.commands


@pytest.mark.parametrize(
    "bad", ["no-at-sign", "a b@customers.test", "a@b\r\nRCPT TO:<x@y.test>", "a>@b.test", "@x.test"]
)
def test_an_address_cannot_say_anything_else_to_the_server(bad):
    good = parcel("bob")
    letter = Letter(**{**{f: getattr(good.content, f) for f in Letter.__slots__}, "to": Address(bad)})
    with serving(ScriptedServer()) as server:
        ledger = send(server, [Parcel("bad", bad, letter), good])
    assert ledger.fates() == {"bad": Fate.REFUSED, "bob": Fate.ACCEPTED}
    assert server.rcpts() == ["bob@customers.test"]
