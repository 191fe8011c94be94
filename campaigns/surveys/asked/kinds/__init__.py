"""Every type of question, and what it takes."""

from campaigns.surveys.asked.kinds import choosing, scales, special, tables, words
from campaigns.surveys.asked.kinds.kind import Kind
from campaigns.surveys.asked.questions import SCALES, Question, Type

KINDS: dict[Type, Kind] = {
    Type.ONE_OF: choosing.OneOf(),
    Type.SEVERAL_OF: choosing.SeveralOf(),
    Type.YES_NO: choosing.YesNo(),
    Type.PICTURE: choosing.Picture(),
    Type.PRODUCT: choosing.Product(),
    **dict.fromkeys(SCALES, scales.Scale()),
    Type.SLIDER: scales.Slider(),
    Type.TEXT: words.Words(),
    Type.LINE: words.Line(),
    Type.FIRST_NAME: words.FirstName(),
    Type.EMAIL: words.Email(),
    Type.PERMISSION: words.Permission(),
    Type.PHONE: words.Phone(),
    Type.NUMBER: words.Number(),
    Type.DATE: words.Day(),
    Type.ADDRESS: words.Address(),
    Type.RANKING: tables.Ranking(),
    Type.MATRIX: tables.Matrix(),
    Type.PHOTO: special.Photo(),
    Type.CONSENT: special.Consent(),
    Type.HIDDEN: special.Hidden(),
    Type.STATEMENT: special.Silent(),
    Type.PAGE: special.Page(),
}


def kind_of(question: Question) -> Kind:
    return KINDS[question.type]
