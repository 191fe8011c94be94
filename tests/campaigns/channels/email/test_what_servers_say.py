"""Why a mail came back, by the words of the servers that refused it."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.channels.email.returned import mail
from campaigns.channels.email.returned.classify import classify

REAL = Path(__file__).parents[4].parent / "shared/data/mail/bounces"
real_mails = pytest.mark.skipif(not REAL.exists(), reason="the real mails of ../shared/data are not here")


@pytest.mark.parametrize(
    ("kind", "cause", "words"),
    [
        ("hard", "no_mailbox", "550 5.1.1 <alice@shop.test>... User unknown"),
        ("hard", "no_mailbox", "550 5.2.1 The email account that you tried to reach is disabled."),
        ("hard", "no_mailbox", "550 5.4.1 <a@b.test>: Recipient address rejected: Access denied"),
        ("hard", "no_domain", "DNS type 'mx' lookup of gmal.com responded with code NXDOMAIN"),
        ("soft", "full", "552 5.2.2 Mailbox full"),
        ("soft", "full", "552-5.2.2 The recipient's inbox is out of storage space"),
        ("soft", "not_reached", "450 4.1.1 <a@b.test>: Recipient address rejected: User unknown"),
        ("soft", "not_reached", "421 4.2.0 Service refused, please try later"),
        ("soft", "too_large", "552 5.2.3 Message size exceeds fixed maximum message size (10485760)"),
        ("soft", "unclear", "550 Rejected"),
        ("block", "authentication", "550-5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy."),
        ("block", "authentication", "550 5.7.1 Connections not accepted. Fix reverse DNS for 203.0.113.2"),
        ("block", "authentication", "550 Bad SPF records for [example.org:192.0.2.2]"),
        ("block", "blocklist", "554 5.7.1 Client host [203.0.113.22] blocked using dnsbl.sorbs.net"),
        ("block", "blocklist", "550-5.7.1 very low reputation of the sending IP"),
        ("block", "content", "550 5.7.1 Message content rejected, UBE, id=00000-22-225"),
        ("block", "policy", "550 Denied by policy"),
    ],
)
def test_words_of_servers_say_whose_fault_it_is(kind, cause, words):
    found = classify(words)
    assert (found.kind, found.cause) == (kind, cause)


@pytest.mark.parametrize("address", ["spf@shop.test", "dkim-user@shop.test", "full.mailbox@shop.test", "rbl@spam.test"])
def test_the_name_of_an_address_says_nothing(address):
    assert classify(f"550 5.1.1 <{address}>: User unknown").kind == "hard"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("5.1.1", "hard"), ("5.2.2", "soft"), ("4.4.7", "soft"), ("5.7.1", "block"), ("5.0.0", "soft"), ("", "soft")],
)
def test_without_words_the_status_speaks(status, kind):
    assert classify("", status).kind == kind


@given(st.text())
def test_whatever_a_server_says_is_one_of_three(words):
    assert classify(words).kind in {"hard", "soft", "block"}


@given(st.binary(max_size=400))
def test_whatever_a_stranger_sends_is_read_or_is_nothing(raw):
    assert mail.read(raw, returned=False).what
    assert mail.read(b"Content-Type: multipart/report\n\n" + raw, returned=True).what


@pytest.fixture(scope="module")
def read() -> dict[str, mail.Returned]:
    return {path.stem: mail.read(path.read_bytes(), returned=True) for path in sorted(REAL.glob("*.eml"))}


@real_mails
def test_real_mails_are_told_apart_and_of_most_refusals_it_is_clear_why(read):
    """315 mails; two are none that came back, three are of people who are away. The figures may only grow better."""
    what = Counter(found.what for found in read.values())
    clear = Counter(found.bounce.kind for found in read.values() if found.bounce and found.bounce.cause != "unclear")

    assert len(read) == 315
    assert what["complaint"] == 6  # the other three of arf-* report forgeries, and an unsubscription by mail
    assert what["bounce"] >= 290
    assert sum(clear.values()) / what["bounce"] >= 0.88
    assert clear["hard"] >= 127 and clear["soft"] >= 58 and clear["block"] >= 68


@real_mails
@pytest.mark.parametrize(
    ("name", "kind", "cause"),
    [
        ("lhost-postfix-01", "hard", "no_mailbox"),
        ("lhost-exim-05", "hard", "no_mailbox"),
        ("lhost-qmail-21", "hard", "no_mailbox"),
        ("lhost-office365-02", "hard", "no_mailbox"),
        ("lhost-amazonworkmail-01", "hard", "no_mailbox"),
        ("lhost-mailfoundry-01", "hard", "no_mailbox"),
        ("lhost-qmail-13", "hard", "no_domain"),
        ("lhost-sendmail-42", "hard", "no_domain"),
        ("rhost-gsuite-03", "hard", "no_domain"),
        ("lhost-exchange2007-02", "soft", "full"),
        ("lhost-mailru-02", "soft", "full"),
        ("rhost-apple-03", "soft", "full"),
        ("lhost-dragonfly-12", "soft", "full"),
        ("lhost-dragonfly-14", "soft", "too_large"),
        ("lhost-qmail-07", "soft", "not_reached"),
        ("lhost-yandex-03", "soft", "not_reached"),
        ("lhost-dragonfly-02", "block", "authentication"),
        ("lhost-exim-29", "block", "authentication"),
        ("rhost-microsoft-04", "block", "authentication"),
        ("lhost-amazonses-14", "block", "blocklist"),
        ("lhost-postfix-80", "block", "blocklist"),
        ("rhost-franceptt-06", "block", "blocklist"),
        ("lhost-barracuda-01", "block", "content"),
        ("rhost-zoho-02", "block", "policy"),
    ],
)
def test_a_real_mail_says_why_it_came_back(read, name, kind, cause):
    bounce = read[name].bounce
    assert bounce and (bounce.kind, bounce.cause) == (kind, cause)


@real_mails
def test_nobody_is_blamed_where_a_server_refused_the_sender(read):
    """A report whose status says that policy or security stood in the way (5.7.x) is hard only if its words name the
    mailbox."""
    for name, found in read.items():
        if found.bounce and found.bounce.kind == "hard" and " 5.7." in found.bounce.words:
            assert "user" in found.bounce.words.lower() or "account" in found.bounce.words.lower(), name


@real_mails
@pytest.mark.parametrize("name", ["rfc3834-01", "rfc3834-05"])
def test_somebody_who_is_away_is_no_mail_that_came_back(read, name):
    assert read[name].what == "auto_reply"


@real_mails
@pytest.mark.parametrize("name", ["lhost-opensmtpd-12", "lhost-messagingserver-07", "rfc3464-07", "lhost-gmail-08"])
def test_a_warning_that_it_takes_longer_is_no_refusal(read, name):
    assert read[name].what == "delayed"
