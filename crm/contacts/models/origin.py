from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.contacts.models.contact import Contact


class Origin(models.Model):
    """Where one contact came from, the first time and the last: each a value with its time.

    Only an earlier fact changes the first and a later one the last, whenever they arrive. Whoever absorbed others has
    several rows: `queries.origins_of` finds the first and the last among them. Texts are compared by code point, as
    Python compares them.
    """

    class Kind(models.TextChoices):
        SEARCH = "search", _("a search engine")
        SOCIAL = "social", _("a social network")
        LINK = "link", _("a link of ours")
        QR = "qr", _("a QR code")
        SITE = "site", _("another website")
        TOLD = "told", _("their own word")
        IMPORT = "import", _("a file")
        STAFF = "staff", _("a colleague")
        API = "api", _("the shop's server")

    recorded_for = models.OneToOneField(Contact, on_delete=models.CASCADE, primary_key=True, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="origins")
    first_at = models.DateTimeField()
    first_kind = models.CharField(max_length=8, choices=Kind, db_collation="C")
    first_source = models.CharField(max_length=120, blank=True, db_collation="C")
    first_medium = models.CharField(max_length=60, blank=True, db_collation="C")
    first_campaign = models.CharField(max_length=120, blank=True, db_collation="C")
    first_host = models.CharField(max_length=120, blank=True, db_collation="C")
    last_at = models.DateTimeField()
    last_kind = models.CharField(max_length=8, choices=Kind, db_collation="C")
    last_source = models.CharField(max_length=120, blank=True, db_collation="C")
    last_medium = models.CharField(max_length=60, blank=True, db_collation="C")
    last_campaign = models.CharField(max_length=120, blank=True, db_collation="C")
    last_host = models.CharField(max_length=120, blank=True, db_collation="C")

    class Meta:
        indexes = [models.Index(fields=["first_kind", "first_source"], name="origin_first")]

    def __str__(self) -> str:
        return self.first_kind
