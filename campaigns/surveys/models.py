from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from campaigns.surveys.embeds.models import Approach as Approach
from campaigns.surveys.embeds.models import Placement as Placement
from campaigns.surveys.embeds.models import Seen as Seen
from crm.contacts.models import Contact
from engage.lib import ids
from engage.lib.former import Former


class Survey(models.Model):
    """Questions put to contacts. What people answer is one of its immutable versions."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        CLOSED = "closed"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    key = models.SlugField(max_length=60, unique=True, help_text="As in `{% question key %}`: a-z, 0-9, _")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    draft = models.JSONField(default=dict, help_text="The definition being edited: see campaigns.surveys.definition")
    limits = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Who may answer, and until when: see campaigns.surveys.limits",
    )
    current = models.ForeignKey(
        "campaigns_surveys.SurveyVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    changed = models.DateTimeField(db_default=Now(), help_text="Draft saved, published or closed")
    changed_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    webhook = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="The address that is told of each final answer"
    )
    revision = models.PositiveIntegerField(default=1, db_default=1, help_text="Goes up with every change of the draft")

    def __str__(self) -> str:
        return self.title


class FormerSurvey(Former):
    """A draft as it was before a change. `about` names what was changed, so that what is typed in one go is one."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="former", db_index=False)
    draft = models.JSONField()
    about = models.CharField(max_length=80, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["survey", "undone", "-id"], name="former_survey_of")]

    def __str__(self) -> str:
        return f"{self.survey_id} before {self.at:%Y-%m-%d %H:%M}"


class SurveyVersion(models.Model):
    """What was published once. Never changed: each answer belongs to the wording of its version."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    published = models.DateTimeField(db_default=Now())
    published_by = models.CharField(max_length=120, default="", db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="survey_version_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} v{self.number}"


class Response(models.Model):
    """One occasion's answers. Provisional (a GET) and begun (saved page by page) count nowhere and are never
    remembered, until a POST makes them final, once only. Who was screened out, or came when it was full, is counted
    apart, and of them nothing is remembered. `waiting` waits for its address to be confirmed; `replaced` was changed:
    another answer stands in its place. `suspect` came faster than anybody reads: the owner looks at it first.

    What a stranger began is nobody's yet.
    """

    class State(models.TextChoices):
        PROVISIONAL = "provisional"
        BEGUN = "begun"
        FINAL = "final"
        SCREENED = "screened"
        FULL = "full"
        WAITING = "waiting"
        REPLACED = "replaced"
        SUSPECT = "suspect"

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses", db_index=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    state = models.CharField(max_length=11, choices=State, default=State.PROVISIONAL)
    answers = models.JSONField(default=dict, help_text="{question id: {value, words, question}}")
    page = models.CharField(max_length=40, blank=True, default="", db_default="", help_text="The last one that was put")
    occasion = models.CharField(max_length=120, help_text="What was answered: message:<uid>, page:<random>, ~1 changed")
    origin = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Where they came from: link, mail, qr-counter"
    )
    once = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Whom it is the one answer of, unreadable"
    )
    address = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text="To be confirmed; empty afterwards"
    )
    language = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="Of the page")
    started = models.DateTimeField(db_default=Now())
    finished = models.DateTimeField(null=True, blank=True)
    day = models.DateField(null=True, blank=True, help_text="On which it was finished, by the shop's clock")
    marks = models.JSONField(
        null=True, blank=True, help_text="What is counted of it: see campaigns.surveys.counting; empty: not counted yet"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "occasion"], name="response_once"),
            models.UniqueConstraint(fields=["survey", "once"], condition=~Q(once=""), name="response_once_each"),
        ]
        indexes = [
            models.Index(fields=["survey", "-id"], name="response_of", condition=Q(state="final")),
            models.Index(
                fields=["started"], name="response_begun", condition=Q(state__in=["begun", "waiting", "suspect"])
            ),
            models.Index(fields=["survey", "state", "page"], name="response_apart", condition=~Q(state="final")),
            models.Index(fields=["address"], name="response_address", condition=~Q(address="")),
            models.Index(fields=["survey", "-finished", "-id"], name="response_latest", condition=Q(state="final")),
            models.Index(fields=["id"], name="response_uncounted", condition=Q(state="final", marks__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Count(models.Model):
    """How often something was answered on a day, and under the first day of all at any time: nobody's any more.
    `question` is empty for what counts of the whole response; `total` and `squares` are sums of numbers and of their
    squares."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="counts", db_index=False)
    question = models.CharField(max_length=40)
    no = models.CharField(max_length=64)
    day = models.DateField()
    origin = models.CharField(max_length=30)
    language = models.CharField(max_length=10)
    n = models.BigIntegerField()
    total = models.DecimalField(max_digits=40, decimal_places=6, null=True, blank=True)
    squares = models.DecimalField(max_digits=60, decimal_places=12, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "question", "no", "day", "origin", "language"],
                include=["n", "total", "squares"],
                name="count_once",
            )
        ]
        indexes = [models.Index(fields=["survey", "day"], name="count_by_day")]

    def __str__(self) -> str:
        return f"{self.question} {self.no} on {self.day}: {self.n}"


class Uncounted(models.Model):
    """What is still to be added to the counts, or taken from them (`sign` is -1). A trigger on the responses writes it:
    rows of their own, so that nobody who answers waits for anybody."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    day = models.DateField()
    origin = models.CharField(max_length=30)
    language = models.CharField(max_length=10)
    sign = models.SmallIntegerField()
    marks = models.JSONField()

    class Meta:
        verbose_name_plural = "uncounted"

    def __str__(self) -> str:
        return f"{self.sign} on {self.day}"


class Saying(models.Model):
    """An answer in their own words, apart from the rest of its response so that it is found and tagged. The trigger
    that notes what is to be counted writes it, and takes it away with what counts no more.

    `score` is what the same response says on its first scale.
    """

    uid = models.UUIDField(db_default=Func(function="gen_random_uuid"), unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="sayings", db_index=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="sayings")
    question = models.CharField(max_length=40)
    words = models.TextField()
    score = models.SmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["survey", "-at", "-id"], name="saying_latest"),
            models.Index(fields=["survey", "question", "-at", "-id"], name="saying_of_question"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class AnswerTag(models.Model):
    """A word by which staff sort what people said in a survey."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tags", db_index=False)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint("survey", Lower("name"), name="answer_tag_any_case")]

    def __str__(self) -> str:
        return self.name


class TaggedAnswer(models.Model):
    """That a saying has a tag, by whom and since when."""

    saying = models.ForeignKey(Saying, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    tag = models.ForeignKey(AnswerTag, on_delete=models.CASCADE, related_name="tagged", db_index=False)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saying", "tag"], name="answer_tagged_once")]
        indexes = [models.Index(fields=["tag", "-saying"], name="answer_tagged_with")]

    def __str__(self) -> str:
        return f"{self.saying_id} has {self.tag_id}"


class Deed(models.Model):
    """Something was done about what people said; `broadcast` is the public id of the one-off message that tells them.

    `words` go on after "Since 4 May …".
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="deeds", db_index=False)
    tag = models.ForeignKey(AnswerTag, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.CharField(max_length=500)
    since = models.DateField()
    broadcast = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["survey", "-id"], name="deed_of")]

    def __str__(self) -> str:
        return self.words


class DeedQuote(models.Model):
    """An answer that a deed is about."""

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="quotes", db_index=False)
    saying = models.ForeignKey(Saying, on_delete=models.CASCADE, related_name="quotes")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deed", "saying"], name="deed_quote_once")]

    def __str__(self) -> str:
        return f"{self.saying_id} in {self.deed_id}"


class AnswerHook(models.Model):
    """That another system is told of a final answer, once. The trigger that notes answers to be counted queues it;
    `uid` is the id that the receiver knows it by, also when it comes twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        KEPT = "kept", _("kept in Test")

    uid = models.UUIDField(db_default=Func(function="gen_random_uuid"), unique=True, editable=False)
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="hook")
    url = models.CharField(max_length=500)
    state = models.CharField(max_length=7, choices=State, db_default=State.WAITING)
    made = models.DateTimeField(db_default=Now())
    due = models.DateTimeField(db_default=Now())
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(db_default=0)
    reason = models.CharField(max_length=20, blank=True, db_default="", help_text="Of the last try: a code")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="What the other side answered last")
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due"], name="answer_hook_due", condition=Q(state="waiting")),
            models.Index(fields=["settled"], name="answer_hook_settled", condition=Q(settled__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Places(models.Model):
    """How many places of a survey are taken: of all (`key` is empty) or of one choice (`milk/1`). There is a row for
    each limit that is set; how many there are stands in the limits."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="places", db_index=False)
    key = models.CharField(max_length=60, blank=True)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "places"
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="places_once")]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.key or 'all'}: {self.taken}"


class Photo(models.Model):
    """A photo in an answer, made anew; `uid` is the value of the answer."""

    uid = models.UUIDField(unique=True, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="photos")
    question = models.CharField(max_length=40)
    kind = models.CharField(max_length=4, help_text="png or jpeg")
    data = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.uid)


class SignUp(models.Model):
    """Somebody asked on a form to be written to. A mere request, until a link sent to the address confirms it.

    `contact` is the visitor who asked, or whom they became by confirming. Whoever asks again is another visitor with a
    request of their own: it may be somebody else, who must change nothing of the first. They count once. A request
    that nobody confirmed, or whose person was erased, stays as a count: `address` is empty then.
    """

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="sign_ups", db_index=False)
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+", help_text="As they saw it")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    address = models.CharField(max_length=255, blank=True, default="", db_default="")
    network_address = models.GenericIPAddressField(null=True, blank=True, help_text="From where it was asked")
    language = models.CharField(max_length=10, blank=True, default="", db_default="", help_text="Of mail and page")
    origin = models.CharField(
        max_length=30, blank=True, default="", db_default="", help_text="Where the form stood, as with responses"
    )
    asked = models.DateTimeField()
    mailed = models.DateTimeField(null=True, blank=True, help_text="The last mail; empty: none went")
    confirmed = models.DateTimeField(null=True, blank=True)
    again = models.BooleanField(
        default=False, db_default=False, help_text="Asked while another request for the same address was open"
    )

    class Meta:
        indexes = [
            models.Index(fields=["survey", "confirmed"], name="sign_up_counts"),
            models.Index(fields=["address"], name="sign_up_address", condition=~Q(address="")),
            models.Index(fields=["asked"], name="sign_up_open", condition=Q(confirmed=None) & ~Q(address="")),
        ]

    def __str__(self) -> str:
        return str(self.uid)
