"""How contacts, consents and merges look from outside, and what may be stated about them."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from crm.business.queries import business
from crm.contacts import normal, origins, parts
from crm.contacts.evidence import sentence
from crm.contacts.models import Consent, Contact, Identity, Merge, Origin, Suppression, Topic
from crm.contacts.origins import Arrived
from engage.lib.rest.fields import Body, Moment, PublicId


class IdentitySerializer(serializers.ModelSerializer):
    proved = serializers.SerializerMethodField(help_text="A claim, which is not proved, recognises nobody")

    class Meta:
        model = Identity
        fields = ("kind", "value", "proof", "proved", "created")

    def get_proved(self, identity: Identity) -> bool:
        return identity.proof != ""


class PauseSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="null: until it is lifted")
    by = serializers.CharField()


class OriginSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(Origin.Kind.choices, source="came.kind")
    source = serializers.CharField(  # type: ignore[assignment]
        source="came.source", help_text="A network, a search engine, a host, a file, their answer, or utm_source"
    )
    medium = serializers.CharField(source="came.medium", help_text="utm_medium")
    campaign = serializers.CharField(source="came.campaign", help_text="utm_campaign")
    host = serializers.CharField(source="came.host", help_text="Of the page they came from")


class ContactSerializer(serializers.ModelSerializer):
    """With what the rooms above add: see `parts`."""

    id = serializers.UUIDField(source="uid")
    company = serializers.CharField(source="company.name", default=None, allow_null=True)
    identities = IdentitySerializer(many=True)
    merged_into = serializers.UUIDField(source="merged_into.uid", default=None, allow_null=True)
    pause = serializers.SerializerMethodField()
    first_origin = serializers.SerializerMethodField(help_text="Where they came from the first time")
    last_origin = serializers.SerializerMethodField(help_text="Where they came from the last time")

    class Meta:
        model = Contact
        fields = (
            "id",
            "name",
            "first_name",
            "language",
            "country",
            "timezone",
            "company",
            "first_origin",
            "last_origin",
            "created",
            "last_seen",
            "identities",
            "merged_into",
            "pause",
        )

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), **parts.fields()}

    @extend_schema_field(OriginSerializer(allow_null=True))
    def get_first_origin(self, contact: Contact) -> dict[str, Any] | None:
        found = origins.ends(contact.origins.all())
        return _origin(found.first) if found else None

    @extend_schema_field(OriginSerializer(allow_null=True))
    def get_last_origin(self, contact: Contact) -> dict[str, Any] | None:
        found = origins.ends(contact.origins.all())
        return _origin(found.last) if found else None

    @extend_schema_field(PauseSerializer(allow_null=True))
    def get_pause(self, contact: Contact) -> dict[str, Any] | None:
        pauses: list[Any] = contact.standing_pauses  # type: ignore[attr-defined]
        return dict(PauseSerializer(pauses[0]).data) if pauses else None


def _origin(arrived: Arrived) -> dict[str, Any]:
    return dict(OriginSerializer(arrived).data)


class MemberSerializer(serializers.ModelSerializer):
    """Somebody in short, as a group or a company lists them."""

    id = serializers.UUIDField(source="uid")

    class Meta:
        model = Contact
        fields = ("id", "name")


MOST_ATTRIBUTES = 100


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_no_attribute(value: Any) -> bool:
    return value is None or isinstance(value, dict) or (isinstance(value, list) and not all(map(_is_plain, value)))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


class ProfileBody(Body):
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    first_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    language = serializers.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,6})?$", required=False, allow_blank=True)
    country = serializers.RegexField(r"^[A-Z]{2}$", required=False, allow_blank=True, help_text="ISO 3166-1")
    timezone = serializers.CharField(max_length=64, required=False, allow_blank=True, help_text="Such as Europe/London")

    attributes = serializers.DictField(
        required=False, help_text="What else is known of them: each becomes a preference, with the API as its source"
    )

    def validate_attributes(self, values: dict[str, Any]) -> dict[str, Any]:
        if len(values) > MOST_ATTRIBUTES:
            raise serializers.ValidationError(f"At most {MOST_ATTRIBUTES} at once.")
        odd = {
            name: ["Text, a number, true, false or a list of texts."]
            for name, value in values.items()
            if is_no_attribute(value)
        }
        if odd:
            raise serializers.ValidationError(odd)
        return values

    def validate_timezone(self, value: str) -> str:
        if value and value not in zones():
            raise serializers.ValidationError("There is no such time zone.")
        return value


class ContactBody(ProfileBody):
    """A name, or at least one way to recognise them."""

    email = serializers.CharField(max_length=255, required=False)
    phone = serializers.CharField(max_length=60, required=False)
    external_id = serializers.CharField(max_length=255, required=False, help_text="The shop's own id of the person")

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        said["keys"] = [
            self._key(kind, name, said.pop(name))
            for kind, name in (("external", "external_id"), ("email", "email"), ("phone", "phone"))
            if name in said
        ]
        if not said["keys"] and not said.get("name"):
            raise serializers.ValidationError("Give a name, an email, a phone or an external_id.")
        return said

    def _key(self, kind: str, name: str, value: str) -> normal.IdentityKey:
        key = normal.identity(kind, value, country=business().country)
        if key is None:
            raise serializers.ValidationError({name: ["We cannot reach anybody with this."]})
        return key


class ContactFilters(serializers.Serializer):
    email = serializers.CharField(max_length=255, required=False, help_text="The whole address, proved")
    phone = serializers.CharField(max_length=60, required=False, help_text="In any notation, proved")
    external_id = serializers.CharField(max_length=255, required=False)
    search = serializers.CharField(max_length=200, required=False, help_text="Part of a name, an address or a phone")


class PauseBody(Body):
    until = Moment(required=False, allow_null=True, default=None)


class ConsentSerializer(serializers.ModelSerializer):
    topic: serializers.SlugRelatedField[Topic] = serializers.SlugRelatedField("key", read_only=True)

    sentence = serializers.SerializerMethodField(help_text="Why we may write, or may not, by this statement")

    class Meta:
        model = Consent
        fields = (
            *("channel", "topic", "state", "how", "words", "source", "by", "asked", "at", "network_address"),
            *("received", "sentence"),
        )

    def get_sentence(self, consent: Consent) -> str:
        return sentence(consent)


class ConsentFilters(serializers.Serializer):
    current = serializers.BooleanField(required=False, help_text="Only the last word about each topic")


class ConsentBody(Body):
    topic = serializers.SlugRelatedField("key", queryset=Topic.objects.all())
    state = serializers.ChoiceField(Consent.State.choices)
    channel = serializers.ChoiceField(Consent.CHANNELS, default="email")
    words = serializers.CharField(max_length=2000, default="", allow_blank=True, help_text="The wording they saw")
    source = serializers.CharField(  # type: ignore[assignment]
        max_length=200, default="", allow_blank=True, help_text="Form or page"
    )
    at = Moment(required=False)


class MergeBody(Body):
    survivor = PublicId(Contact.objects.filter(erased=None))
    absorbed = PublicId(Contact.objects.filter(erased=None))


class MergeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uid")
    survivor = serializers.UUIDField(source="survivor.uid")
    absorbed = serializers.UUIDField(source="absorbed.uid")

    class Meta:
        model = Merge
        fields = ("id", "survivor", "absorbed", "at", "by", "undone", "undone_by")


class TopicSerializer(serializers.ModelSerializer):
    class Meta:
        model = Topic
        fields = ("key", "label")


class SuppressionSerializer(serializers.ModelSerializer):
    address = serializers.CharField(help_text="Empty once the person was erased")

    class Meta:
        model = Suppression
        fields = ("channel", "address", "reason", "detail", "by", "at", "until")


class SuppressionFilters(serializers.Serializer):
    address = serializers.CharField(max_length=255, required=False)


class SuppressionBody(Body):
    address = serializers.CharField(max_length=255)
    reason = serializers.ChoiceField(["staff", "asked", "bounce", "complaint"], default="staff")
    detail = serializers.CharField(max_length=300, default="", allow_blank=True)

    def validate_address(self, value: str) -> str:
        key = normal.email(value.strip())
        if key is None:
            raise serializers.ValidationError("This is no e-mail address.")
        return key.value
