"""What somebody wrote, without the mails that their program put beneath it. One pass over the lines.

What is left out is only not shown at once: all of it is kept, and where leaving out would leave nothing, nothing is
left out. Mails that somebody forwards are their words.
"""

import re
from collections.abc import Sequence

_WROTE = (
    r"wrote|writes|schrieb|schrieb am .{4,40}|geschrieben|escribió|a écrit|escreveu|ha scritto|schreef"
    r"|skrev|napisał(?:\(a\))?|пишет|написал(?:\(а\)|а)?|写道|寫道|さんは書きました"
)
_INTRO_END = re.compile(rf"(?:{_WROTE})\s*[:：]\s*$", re.IGNORECASE)
_NAMED_LAST = re.compile(r"\b(?:schrieb|schreef|skrev|napisał(?:\(a\))?)\b[^:：]{1,150}[:：]\s*$", re.IGNORECASE)
_DATED = re.compile(r"(?:Am|Op|Den|Dnia|W dniu)\b.{0,60}\d", re.IGNORECASE)
_INTRO_START = re.compile(
    r"(?:On|At|Am|Le|El|Il|Op|Em|Den|Dnia|W dniu|В|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*[\d@]|[在于於]|\d", re.IGNORECASE
)
_ADDRESSED = re.compile(r"[^<>]{0,200}<[^<>\s]+@")
_BARE_INTRO = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[^<>]{0,120}<[^<>\s]+@[^<>\s]+>\s*[:：]\s*$")
_ORIGINAL = re.compile(
    r"[-_ ]{2,}\s*(?:original (?:message|e-?mail|appointment)|urspr(?:ü|ue)ngliche (?:nachricht|mail)|originalnachricht"
    r"|mensaje original|message d['’]origine|messaggio originale|mensagem original|oorspronkelijk bericht"
    r"|исходное сообщение|original besked|原始邮件|原邮件|原始郵件|reply (?:message|above this line).{0,40})\s*[-_ ]*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[-_ >]*(?:begin )?(?:forwarded (?:message|mail)|weitergeleitete nachricht|mensaje reenviado|message transféré"
    r"|début du message réexpédié|anfang der weitergeleiteten nachricht|inicio del mensaje reenviado"
    r"|转发的?邮件|轉寄的?郵件|转发邮件信息|пересылаемое сообщение)\s*[-_ :：]*$",
    re.IGNORECASE,
)
_LABELS = {
    "from": "from|von|de|da|van|od|от|från|fra|发件人|寄件者|寄件人|差出人",
    "date": "sent|date|gesendet|datum|enviado(?: el)?|fecha|envoyé(?: le)?|inviato|data|verzonden|отправлено"
    "|дата|skickat|发送时间|发送日期|日期|时间|寄件日期|送信日時",
    "to": "to|an|para|à|a|aan|till|til|do|кому|收件人|宛先",
    "subject": "subject|betreff|asunto|objet|oggetto|assunto|onderwerp|temat|тема|ämne|emne|主题|主旨|件名",
}
_LABEL = re.compile(
    r"[\s*_]{0,6}(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items()) + r")[\s*_]{0,4}[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s\-_*=~—]*$")
_SIGNATURE = re.compile(r"(?:--|—|__|_{8,})\s*$")
_DEVICE = re.compile(
    r"\s*(?:sent (?:from|with|via) .{1,60}|von meinem .{1,40} gesendet|gesendet (?:von|mit) .{1,60}"
    r"|enviado (?:desde|con) .{1,60}|envoyé (?:de|depuis|à partir de) .{1,60}|get outlook for .{1,20}"
    r"|outlook für .{1,40}|inviato da .{1,60}|发自我的.{1,20}|从我的.{1,20}发送)\s*$",
    re.IGNORECASE,
)
HEADER_LINES = 7
INTRO_LINES = 4
FEW_QUOTED = 8
LONGEST_LINE = 500
MOST_LINES = 4000
"""So many lines are looked at for where unmarked history begins; nobody writes more by hand."""


def shown(text: str) -> str:
    """What is shown at once of a mail's words; all of them where nothing else would be left."""
    whole = text.strip()
    lines = whole.split("\n")
    end, intros, forwarded = _history(lines)
    kept = lines if forwarded else _without_quotes(lines[:end], intros)
    words = "\n".join(kept).strip()
    return words if bare(words) else whole


def bare(words: str) -> str:
    """Without the name beneath them and without what a telephone adds."""
    lines = words.split("\n")
    for number, line in enumerate(lines):
        if len(line) <= LONGEST_LINE and line[:1] in {"-", "—", "_"} and _SIGNATURE.match(line):
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or (len(lines[-1]) <= LONGEST_LINE and _DEVICE.match(lines[-1]))):
        lines.pop()
    return "\n".join(lines).strip()


def _is_quoted(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _history(lines: Sequence[str]) -> tuple[int, set[int], bool]:
    """Where unmarked history begins, the lines that introduce marked history, and whether it is forwarded."""
    intros: set[int] = set()
    own = [number for number, line in enumerate(lines) if line.strip() and not _is_quoted(line)]
    for number in own[:MOST_LINES]:
        line = lines[number]
        if len(line) > LONGEST_LINE:
            continue
        if _FORWARDED.match(line):
            return len(lines), intros, True
        if line.lstrip()[0] in "-_" and _ORIGINAL.match(line):
            return number, intros, False
        if ":" not in line and "：" not in line:
            continue
        if _is_header_block(lines, number):
            return _above_rules(lines, number), intros, False
        begun = _intro(lines, number)
        if begun is None:
            continue
        intros.update(range(begun, number + 1))
        following = next((one for one in lines[number + 1 : number + 8] if one.strip()), "")
        if not _is_quoted(following):
            return begun, intros, False
    return len(lines), intros, False


def _intro(lines: Sequence[str], end: int) -> int | None:
    """Where the sentence begins that ends here and says who wrote what follows, if it is one."""
    if _BARE_INTRO.match(lines[end]):
        return end
    if not _INTRO_END.search(lines[end]):
        if not _NAMED_LAST.search(lines[end]):
            return None
        before = max(end - 1, 0)
        return next((number for number in (end, before) if _DATED.match(lines[number].strip())), None)
    addressed = None
    for begin in range(end, max(end - INTRO_LINES, -1), -1):
        line = lines[begin].strip()
        if not line or len(line) > LONGEST_LINE:
            break
        if _INTRO_START.match(line) and any(char.isdigit() or char == "@" for char in line):
            return begin
        if addressed is None and _ADDRESSED.match(line):
            addressed = begin
    return addressed


def _is_header_block(lines: Sequence[str], start: int) -> bool:
    first = _LABEL.match(lines[start])
    if first is None or first.lastgroup == "to":
        return False
    found = {first.lastgroup}
    for line in lines[start + 1 : start + HEADER_LINES]:
        if not line.strip() or len(line) > LONGEST_LINE:
            break
        if label := _LABEL.match(line):
            found.add(label.lastgroup)
    return "from" in found and len(found) >= 3


def _above_rules(lines: Sequence[str], number: int) -> int:
    while number and len(lines[number - 1]) <= LONGEST_LINE and _RULE.match(lines[number - 1]):
        number -= 1
    return number


def _without_quotes(lines: Sequence[str], intros: set[int]) -> list[str]:
    """Words above marked history; where there are words below or within it, all but its end, and little of each."""
    marked = [number in intros or _is_quoted(line) for number, line in enumerate(lines)]
    if True not in marked:
        return list(lines)
    first = marked.index(True)
    after_last = len(marked) - marked[::-1].index(True)
    own = [number for number in range(first, len(lines)) if not marked[number] and lines[number].strip()]
    below = bare("\n".join(lines[after_last:]))
    if not below:
        own = [number for number in own if number < after_last]
    if not own or all(not lines[number].strip("-_*=~— \t") for number in own):
        return list(lines[:first])
    return _folded(lines, marked, own[-1] + 1)


def _folded(lines: Sequence[str], marked: Sequence[bool], end: int) -> list[str]:
    kept: list[str] = []
    run: list[str] = []
    for number in range(end):
        if marked[number]:
            run.append(lines[number])
            continue
        kept += [one[:LONGEST_LINE] for one in (run if len(run) <= FEW_QUOTED else ["> …", *run[-FEW_QUOTED:]])]
        run = []
        kept.append(lines[number])
    return kept
