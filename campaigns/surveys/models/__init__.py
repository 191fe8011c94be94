from campaigns.surveys.embeds.models import Approach, Placement, Seen
from campaigns.surveys.models.counts import Count, Uncounted
from campaigns.surveys.models.places import Places
from campaigns.surveys.models.response import Photo, Response
from campaigns.surveys.models.saying import AnswerTag, Deed, DeedQuote, Saying, TaggedAnswer
from campaigns.surveys.models.sign_up import SignUp
from campaigns.surveys.models.survey import FormerSurvey, Survey, SurveyVersion
from campaigns.surveys.models.telling import AnswerHook

__all__ = [
    "AnswerHook",
    "AnswerTag",
    "Approach",
    "Count",
    "Deed",
    "DeedQuote",
    "FormerSurvey",
    "Photo",
    "Placement",
    "Places",
    "Response",
    "Saying",
    "Seen",
    "SignUp",
    "Survey",
    "SurveyVersion",
    "TaggedAnswer",
    "Uncounted",
]
