"""A customer who reads Spanish meets no English word of ours: on a survey, a vote, the board, her page, in mails."""

import re
import sys
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

from campaigns.board.models import Board, Suggestion
from crm.business import actions as business_actions
from crm.dialogue.models import Message
from engage.lib import clock
from tests import cast
from tests.campaigns.board.suggesting import proved, said, suggested, unhurried
from tests.campaigns.contests.contesting import entered, opened, path, send
from tests.campaigns.surveys.questions import MILK, STARS, published, sent_to
from tests.campaigns.surveys.sign_ups import ask, link, sign_up_form
from tests.campaigns.surveys.walking import begins, go, says

pytestmark = pytest.mark.django_db

FOR_THE_TEAM = ("surveys/asked/parse.py", "surveys/asked/checks.py", "surveys/theme.py")
SUGGEST = "/b/new/"
SAME = {"no"}
"""Words that are the same in Spanish."""


@pytest.fixture
def spanish() -> Client:
    return Client(headers={"Accept-Language": "es-MX,es;q=0.8"})


@pytest.fixture
def english(monkeypatch) -> set[str]:
    """What was said in Spanish and had no translation. Empty as long as all is well."""
    found: set[str] = set()

    def hearing(say):
        def heard(*given):
            told = say(*given)
            if told in given[:2] and told not in SAME and is_heard(sys._getframe(1)):
                found.add(told)
            return told

        return heard

    for name in ("gettext", "ngettext"):  # Django puts them there when they are first used
        monkeypatch.setattr(translation._trans, name, hearing(getattr(translation._trans, name)))
    yield found
    assert {one for one in found if re.search("[A-Za-z]{2}", one)} == set()


def is_heard(frame) -> bool:
    """In Spanish, and no words that are made ready beside for whoever writes the survey."""
    while frame and "/django/" in frame.f_code.co_filename:
        frame = frame.f_back
    return translation.get_language() == "es" and not (frame and frame.f_code.co_filename.endswith(FOR_THE_TEAM))


def mails(origin: str) -> list[Message]:
    return list(Message.objects.filter(origin=origin).order_by("id"))


def test_the_fixture_hears_english(monkeypatch, request):
    heard = request.getfixturevalue("english")
    with translation.override("es"):
        translation.gettext("Something that nobody translated")
    assert heard == {"Something that nobody translated"}
    heard.clear()


def test_she_answers_a_survey(spanish, english):
    texts = {"es": {"text": "¿Qué leche tomas?", "choice.1": "leche de avena"}}
    last = begins("more", "More") | {"texts": {"es": {"text": "Más"}}}
    published(MILK | {"texts": texts}, last, STARS, languages=["es"], texts={"es": {"title": "Tu café"}})
    first = spanish.get("/s/coffee/")
    assert says(first, '<html lang="es" dir="ltr">', "Página 1 de 2", "Siguiente", "Escribir a una persona")
    second = go(spanish, first, milk=1)
    assert says(second, "Guardado.", "Recordaremos", "No lo recordéis", "Atrás", "Enviar")
    assert says(go(spanish, second, do="back"), "Página 1 de 2")
    assert says(go(spanish, second, taste=5), "Gracias", "No lo recordéis")
    assert says(spanish.get("/s/nothing/"), "No existe esa encuesta")


def test_she_is_told_what_is_wrong(spanish, english):
    published(MILK | {"required": True})
    assert says(go(spanish, spanish.get("/s/coffee/")), "Responde a esta, por favor.")


def test_she_signs_up_and_the_mail_asks_her_in_spanish(spanish, english):
    sign_up_form()
    assert says(ask(spanish, "ana@shop.example"), "Falta un paso")
    (mail,) = mails("sign-up")
    assert "Falta un paso en" in mail.subject and "abre esta página y pulsa su botón" in mail.text
    assert says(Client().get(link()), "Sí, escribidme", '<html lang="es"')
    assert says(Client().post(link()), "Estás en la lista")


def test_she_suggests_votes_and_proves_her_address(spanish, english):
    Board.objects.create(is_open=True)
    oats = suggested(cast.alice(), "Oat milk")
    assert "Sugerir algo" in said(spanish.get("/b/")) and "1 persona quiere esto" in said(
        spanish.get(f"/b/{oats.uid}/")
    )
    assert "Cuéntanos más" in said(spanish.get(SUGGEST))
    assert "Escribe primero unas palabras." in said(spanish.post(SUGGEST, unhurried(title="")))
    sent = spanish.post(SUGGEST, unhurried(title="Té verde", email="ana@shop.example"))
    assert "Mira tu correo" in said(sent)
    (mail,) = mails("prove")
    assert "¿fuiste tú?" in mail.subject and "Alguien, seguramente tú" in mail.text and "Té verde" in mail.text
    assert "Gracias. La leemos antes de que la vean los demás." in said(proved(spanish))
    assert Suggestion.objects.filter(title="Té verde").exists()
    spanish.post(f"/b/{oats.uid}/vote/", unhurried(email="ana@shop.example", tell="1"))
    assert "Un voto por: Oat milk" in mails("prove")[-1].text
    assert "Gracias, cuenta." in said(proved(spanish))


def test_she_enters_a_contest_and_hears_of_it(spanish, english):
    contest = opened()
    ana = cast.contact("Ana Ruiz", "ana@shop.example", language="es-ES")
    entry = entered(contest, ana)
    assert "Tu foto ya está" in mails(f"contest:{contest.uid}")[-1].subject
    assert "Participa con tu foto" in said(spanish.get(path(contest)))
    assert "Ver el concurso" in said(spanish.get(f"{path(contest)}nothing/")) or entry
    assert "Falta un paso" in said(send(spanish, contest, email="eva@shop.example"))


def test_her_own_page_is_in_her_language_whatever_the_browser(client, english):
    ana = cast.contact("Ana Ruiz", "ana@shop.example", language="es")
    mail = sent_to(ana, occurrence="x")
    from crm.dialogue import links as ways

    for url in (
        ways.talk_url(mail.uid),
        ways.unsubscribe_url(mail.uid),
        ways.memory_url(ana.uid, mail.uid, at=clock.now()),
    ):
        page = client.get(re.sub(r"^https?://[^/]+", "", url), headers={"Accept-Language": "en"})
        assert '<html lang="es" dir="ltr">' in unescape(page.content.decode()), url


def test_a_shop_that_is_spanish_makes_its_contests_in_spanish(english):
    business_actions.update_business(by="test", at=clock.now(), language="es")
    contest = opened(title="Mesas de verano")
    asked = [one["text"] for one in contest.survey.current.definition["questions"]]
    assert asked[0] == "Tu foto" and "La foto es mía" in asked[-1]
