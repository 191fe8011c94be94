from django.db import models

from crm.contacts.models import Contact


class Block(models.Model):
    """We do not answer this person: what they write is kept, and asks for nothing. Until it is lifted."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    recorded_for = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    lifted = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["contact", "-at"], name="block_of")]

    def __str__(self) -> str:
        return f"by {self.by}"
