"""What a person wrote is shown, what their program put beneath it is not, and nothing is lost."""

import time
from pathlib import Path

import pytest

from campaigns.channels.email.received import letters
from campaigns.channels.email.received.stripping import shown

REAL = Path(__file__).parents[4].parent / "shared/data/mail/replies"
REPLIES, TALON = REAL / "email_reply_parser/test/emails", REAL / "talon/tests/fixtures"
real = pytest.mark.skipif(not REAL.exists(), reason="the real replies of ../shared/data are not here")

MINE = "Oat milk, please."
HISTORY = "What do you take in your coffee?"


@pytest.mark.parametrize(
    "intro",
    [
        "On Mon, 4 May 2026 at 12:00, The Shop <hello@shop.test> wrote:",
        "On May 4, 2026, at 12:00 PM, The Shop\n<hello@shop.test>\nwrote:",
        "On Mon, May 4, 2026 at 12:00 PM The Shop <hello@shop.test> wrote:\n",
        "Am 04.05.26 um 12:00 schrieb The Shop:",
        "Am Mo., 4. Mai 2026 um 12:00 Uhr schrieb The Shop <hello@shop.test>:",
        "The Shop <hello@shop.test> schrieb am Mo., 4. Mai 2026, 12:00:",
        "El lun, 4 may 2026 a las 12:00, The Shop (<hello@shop.test>) escribió:",
        "El 4/5/26 a las 12:00, The Shop escribió:",
        "Le lun. 4 mai 2026 à 12:00, The Shop <hello@shop.test> a écrit :",
        "在 2026年5月4日，下午12:00，The Shop <hello@shop.test> 写道：",
        "The Shop <hello@shop.test> 于2026年5月4日周一 12:00写道：",
        "2026-05-04 12:00 GMT+02:00 The Shop <hello@shop.test>:",
        "Il giorno lun 4 mag 2026 alle ore 12:00 The Shop <hello@shop.test> ha scritto:",
        "Op ma 4 mei 2026 om 12:00 schreef The Shop <hello@shop.test>:",
        "Em seg., 4 de mai. de 2026 às 12:00, The Shop <hello@shop.test> escreveu:",
    ],
)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_what_an_introduction_begins_is_history(intro, mark):
    assert shown(f"{MINE}\n\n{intro}\n\n{mark}{HISTORY}\n{mark}\n{mark}The Shop\n") == MINE


@pytest.mark.parametrize(
    "block",
    [
        "From: The Shop <hello@shop.test>\nSent: Monday, May 4, 2026 12:00 PM\nTo: Alice\nSubject: Coffee\n",
        "________________________________\nFrom: The Shop\nDate: Monday\nTo: Alice\nSubject: Coffee\n",
        "-----Original Message-----\nFrom: The Shop\n",
        "-----Ursprüngliche Nachricht-----\nVon: The Shop\n",
        "Von: The Shop <hello@shop.test>\nGesendet: Montag, 4. Mai 2026 12:00\nAn: Alice\nBetreff: Kaffee\n",
        "De: The Shop\nEnviado el: lunes, 4 de mayo de 2026 12:00\nPara: Alice\nAsunto: Café\n",
        "De : The Shop\nEnvoyé : lundi 4 mai 2026 12:00\nÀ : Alice\nObjet : Café\n",
        "发件人: The Shop <hello@shop.test>\n发送时间: 2026年5月4日 12:00\n收件人: Alice\n主题: 咖啡\n",
        "------------------ 原始邮件 ------------------\n发件人: The Shop\n",
        "*From:* The Shop\n*Sent:* Monday\n*To:* Alice\n*Subject:* Coffee\n",
    ],
)
def test_the_headers_of_the_mail_before_begin_history(block):
    assert shown(f"{MINE}\n\n{block}\n{HISTORY}\n") == MINE


@pytest.mark.parametrize(
    "text",
    [
        "> Milk?\n\nOat, please.\n\n> Sugar?\n\nNone.",
        "On Mon, 4 May 2026, The Shop wrote:\n> Milk?\n\nOat, please.\n",
    ],
)
def test_answers_between_the_questions_are_shown_with_them(text):
    assert shown(text) == text.strip()


def test_words_beneath_a_long_quotation_are_shown_with_the_end_of_it():
    quoted = "\n".join(f"> line {number}" for number in range(1000))
    result = shown(f"On Mon, 4 May 2026, The Shop wrote:\n{quoted}\n\n{MINE}\n")
    assert result.endswith(MINE) and "> line 999" in result and "> line 1\n" not in result


@pytest.mark.parametrize(
    "text",
    [
        "> Only a quotation",
        "On Mon, 4 May 2026, The Shop wrote:\n> Milk?\n\nSent from my iPhone",
        "From: The Shop\nSent: Monday\nTo: Alice\nSubject: Coffee\n\nOat, please.",
    ],
)
def test_where_nothing_would_be_left_everything_is_shown(text):
    assert shown(text) == text


def test_what_somebody_forwards_are_their_words():
    text = (
        "Is this from you?\n\n---------- Forwarded message ---------\nFrom: Evil <e@evil.test>\nDate: Mon\n"
        "Subject: Win\nTo: Alice\n\nClick here\n\nOn Mon, 4 May 2026 Evil <e@evil.test> wrote:\n> Hi"
    )
    assert shown(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nmilk. I meant oat milk.",
        "I have two wishes:\n\nFrom: Colombia\nnot from Brazil.",
        "To: whom it may concern\n\nThe cup was cracked.",
        "He wrote: it is fine.",
        "--\nAlice",
        "👍",
        "?",
    ],
)
def test_words_that_only_look_like_history_stay(text):
    assert shown(text) == text


def test_a_megabyte_of_history_takes_less_than_a_second():
    for line in ("> quoted words that go on for a while\n", "quoted words that go on: for a while\n"):
        text = f"{MINE}\n\nOn Mon, 4 May 2026, The Shop <hello@shop.test> wrote:\n\n{line * 30_000}"
        begun = time.process_time()
        assert shown(text) == MINE
        assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "line", ["On 1 ", "- ", "> a\nb\n", "From: a\n", "\n", " \n", "wrote:\n", "Sent from ", "__ ", "On 1 wrote:\n"]
)
def test_no_shape_takes_long(line):
    begun = time.process_time()
    shown(line * (500_000 // len(line)))
    assert time.process_time() - begun < 3


@real
@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("correct_sig", "this is an email", "rick"),
        ("email_1_1", "Hi folks", "riak-users_lists.basho.com"),
        ("email_1_2", "Hi,", 'delete them all individually."'),
        ("email_1_3", "Oh thanks.", "-Abhishek Kona"),
        ("email_1_4", "Awesome!", "problem with it."),
        ("email_1_5", "One: Here's what I've got.", None),
        ("email_1_6", "I get proper rendering as well.", "torch of pixels"),
        ("email_1_7", ":+1:", ":+1:"),
        ("email_1_8", "On Tue, Apr 29, 2014", "and under this."),
        ("email_2_1", "Outlook with a reply", "Outlook with a reply"),
        ("email_2_2", "Outlook with a reply", "directly above line"),
        ("email_2_3", "Outlook with a reply", "directly above line"),
        ("email_BlackBerry", "Here is another email", "Sent from my BlackBerry"),
        ("email_bullets", "test 2", "- and another"),
        ("email_iPhone", "Here is another email", "Sent from my iPhone"),
        ("email_long_quote", "Hi folks", None),
        ("email_multi_word_sent_from_my_mobile_device", "Here is another email", "BlackBerry"),
        ("email_one_is_not_on", "Thank, this", "when I run..."),
        ("email_sent_from_my_not_signature", "Here is another email", "my mobile phone."),
        ("email_sig_delimiter_in_middle_of_line", "Hi there!", "kthxbai"),
        ("greedy_on", "On your remote host", "the tunnel is not working."),
        ("pathological", "I think you're onto something.", "back to a computer."),
    ],
)
def test_real_replies_show_what_was_written(name, first, last):
    result = shown((REPLIES / f"{name}.txt").read_text())
    assert result.startswith(first)
    assert last is None or result.endswith(last)


@real
def test_no_real_reply_is_left_out_of_these_tests():
    told = test_real_replies_show_what_was_written.pytestmark[0].args[1]
    assert {path.stem for path in REPLIES.glob("*.txt")} == {name for name, _, _ in told}


@real
@pytest.mark.parametrize("path", sorted(TALON.glob("standard_replies/*.eml")), ids=lambda path: path.stem)
def test_real_mails_of_programs_show_the_answer(path):
    letter = letters.read(path.read_bytes())
    expected = path.with_name(f"{path.stem}_reply_text")
    mine = expected.read_text() if expected.exists() else "Hello"
    result = shown(letter.text)
    if path.stem == "thunderbird":  # answers beneath the question
        assert result.split()[-len(mine.split()) :] == mine.split()
    else:
        assert result.split()[: len(mine.split())] == mine.split()
    assert len(result) < len(mine) + 80
    assert not letter.text or result in letter.text


@real
@pytest.mark.parametrize("path", sorted(TALON.glob("html_replies/*.html")), ids=lambda path: path.stem)
def test_real_html_of_programs_shows_the_answer(path):
    raw = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n" + path.read_bytes()
    letter = letters.read(raw)
    assert shown(letter.text).split()[:5] == ["Hi.", "I", "am", "fine.", "Thanks,"][: len(shown(letter.text).split())]
