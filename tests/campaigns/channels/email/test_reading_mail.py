"""What came in is read whatever it is: any charset, any shape, any trick; its files stay files."""

import time
from email.message import EmailMessage

import pytest

from campaigns.channels.email.received import letters
from campaigns.channels.email.received.parts import TooManyParts
from engage.lib import plain

HEAD = "From: Alice <alice@shop.example>\nTo: hello@shop.test\nSubject: Coffee\nMessage-ID: <1@alice>\n"


def raw(head: str, body: bytes = b"Hello") -> bytes:
    return (HEAD + head + "\n").encode() + body


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("utf-8", "Grüße, 你好"),
        ("iso-8859-1", "Grüße – “so”"),
        ("windows-1252", "Grüße €"),
        ("gb2312", "你好，㐂"),
        ("gbk", "你好"),
        ("big5", "你好"),
        ("shift_jis", "コーヒー①"),
        ("iso-2022-jp", "コーヒー"),
        ("koi8-r", "Привет"),
        ("windows-1251", "Привет"),
        ("euc-kr", "안녕하세요"),
        ("iso-8859-8-i", "שלום"),
        ("windows-1256", "مرحبا"),
        ("utf-16", "Grüße"),
    ],
)
def test_any_charset_is_read(charset, words):
    python = {"iso-8859-1": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932", "iso-8859-8-i": "iso-8859-8"}
    body = words.encode(python.get(charset, charset))
    letter = letters.read(raw(f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n", body))
    assert letter.text == words


@pytest.mark.parametrize("charset", ["nonsense", "", "undefined", "idna", "rot13", "zlib", "unicode_escape", "utf-8"])
def test_a_charset_that_is_none_is_guessed(charset):
    head = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n"
    assert letters.read(raw(head, "Grüße".encode())).text == "Grüße"
    assert letters.read(raw(head, "Grüße".encode("cp1252"))).text == "Grüße"


def test_the_words_of_html_are_read_where_there_is_no_other_text():
    html = b"<p>Oat <b>milk</b>, please.</p><style>p{}</style><script>alert(1)</script><p>Alice</p>"
    letter = letters.read(raw("Content-Type: text/html\n", html))
    assert letter.text.split() == ["Oat", "milk,", "please.", "Alice"] and letter.has_html


def test_files_keep_their_place_their_size_and_a_name_that_can_be_trusted():
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "alice@shop.example", "Cups"
    mail.set_content("See the pictures.")
    mail.add_attachment(b"x" * 1000, maintype="application", subtype="zip", filename="../../etc/\u202egpj.exe")
    mail.add_attachment(b"p" * 10, maintype="image", subtype="png", cid="<cup@x>", disposition="inline")
    inner = EmailMessage()
    inner["Subject"] = "An older mail"
    inner.set_content("Inner words")
    mail.add_attachment(inner)
    letter = letters.read(mail.as_bytes())
    assert letter.text == "See the pictures."
    assert [(file.name, file.inline) for file in letter.files] == [
        ("_.._etc_gpj.exe", False),
        ("file.png", True),
        ("An older mail.eml", False),
    ]
    assert letter.files[0].size == 1000


def test_an_archive_is_never_unpacked():
    """42 KB that would be petabytes: its bytes are counted, and that is all."""
    letter = letters.read(raw("Content-Type: application/zip; name=bomb.zip\n", b"PK\x03\x04" + b"0" * 42_000))
    assert [file.size for file in letter.files] == [42_004]


def test_an_invitation_is_facts_and_a_file():
    ics = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Tasting\r\nLOCATION:Back room\r\n"
        "DTSTART:20260512T140000Z\r\nDTEND:20260512T150000Z\r\nORGANIZER:mailto:alice@shop.example\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    letter = letters.read(raw("Content-Type: text/calendar; method=REQUEST; charset=utf-8\n", ics.encode()))
    (said,) = letter.invitations
    assert (said["summary"], said["place"], said["organiser"]) == ("Tasting", "Back room", "alice@shop.example")
    assert said["begin"] == "2026-05-12T14:00:00+00:00"
    assert [file.name for file in letter.files] == ["invitation.ics"]


def test_a_broken_invitation_is_a_file():
    letter = letters.read(raw("Content-Type: text/calendar\n", b"BEGIN:VCALENDAR\r\nnonsense"))
    assert letter.invitations == [] and len(letter.files) == 1


def test_winmail_is_a_file():
    letter = letters.read(raw("Content-Type: application/ms-tnef\n", b"\x78\x9f\x3e\x22"))
    assert [file.name for file in letter.files] == ["winmail.dat"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x00\xff",
        b"no headers at all",
        raw("Content-Type: multipart/mixed; boundary=x\n", b"--x\n\nno end"),
        raw("Content-Type: multipart/mixed\n", b"no boundary"),
        raw("Content-Transfer-Encoding: base64\n", b"%%% no base64 %%%"),
        raw("Content-Transfer-Encoding: quoted-printable\n", b"=ZZ=\n=4"),
        raw("Content-Transfer-Encoding: uuencode\n", b"begin 644 x\nnonsense"),
        raw("Subject: =?utf-8?b?%%?= =?nope?q?x?= =?utf-8?q?\n"),
        raw("Content-Disposition: attachment; filename*=utf-99''%zz; filename=\"x"),
        raw("Date: yesterday\nIn-Reply-To: <<>>\nReferences: <\n"),
        raw("Content-Type: text/plain; charset*0=a; charset*1*=b\n"),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(broken):
    assert letters.read(broken).uid


def test_a_mail_of_a_million_parts_is_refused_soon():
    begun = time.monotonic()
    with pytest.raises(TooManyParts):
        letters.read(raw("Content-Type: multipart/mixed; boundary=x\n", b"--x\n\na\n" * 20_000))
    assert time.monotonic() - begun < 10


def test_the_same_mail_by_another_way_is_the_same_and_another_with_its_id_is_another():
    one = letters.read(raw("Received: by one\n"))
    again = letters.read(raw("Received: by two\n").replace(b"\n", b"\r\n"))
    other = letters.read(raw("", b"Something else"))
    assert one.uid == again.uid != other.uid


@pytest.mark.parametrize(
    ("tricky", "seen"),
    [
        ("\u202egnp.exe", "gnp.exe"),
        ("Al\u200bi\u2060ce", "Alice"),
        ("a\nb\tc\x1b[31m", "a b c [31m"),
        ("\U000e0041Tag", "Tag"),
        ("नमस्ते \u200d", "नमस्ते \u200d"),
        ("👩\u200d🍳", "👩\u200d🍳"),
    ],
)
def test_names_show_what_they_are(tricky, seen):
    assert plain.line(tricky) == seen


@pytest.mark.parametrize(
    ("sender", "address", "name"),
    [
        ("=?utf-8?q?alice=40shop.example_=3Calice=40shop.example=3E?= <m@evil.test>", "m@evil.test", "alice@"),
        ('"alice@shop.example" <m@evil.test>', "m@evil.test", "alice@shop.example"),
        ("Zoë <zoe@shop.example>", "zoe@shop.example", "Zoë"),
        ("\u202eecilA <m@evil.test>", "m@evil.test", "ecilA"),
    ],
)
def test_a_name_is_no_address(sender, address, name):
    letter = letters.read(f"From: {sender}\n\nHello".encode())
    assert letter.author.value == address and letter.name.startswith(name)


def test_a_long_name_keeps_its_ending_in_sight():
    name = plain.file_name("a" * 500 + ".pdf", otherwise="file")
    assert name.endswith(".pdf") and len(name) <= plain.LONGEST_NAME
    assert plain.file_name("\u202e\u200b", otherwise="file") == "file"
