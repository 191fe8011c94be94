"""What rules may ask of membership in other segments, and what a merge does to it."""

from django.utils.translation import gettext_lazy as _

from crm.contacts import erasing, merging
from crm.rules import Field, Kind, Rows, registry
from crm.segments import membership, queries

registry.add(
    Rows(
        "segment",
        _("belong to the group"),
        "(SELECT m.*, s.uid::text AS uid FROM crm_segments_membership m "
        "JOIN crm_segments_segment s ON s.id = m.segment_id)",
        (Field("segment", _("group"), Kind.CHOICE, "r.uid", queries.choices),),
        time="r.since",
        named_by="segment",
    ),
    Rows(
        "picked",
        _("were put into the group"),
        "(SELECT p.*, s.uid::text AS uid FROM crm_segments_picked p "
        "JOIN crm_segments_segment s ON s.id = p.segment_id)",
        (Field("segment", _("group"), Kind.CHOICE, "r.uid", queries.choices), Field("by", _("by"), Kind.TEXT, "r.by")),
        named_by="segment",
    ),
)
merging.register("crm_segments_picked")
erasing.register("crm_segments_picked")
merging.settle_with(membership.follow_merge)
erasing.register("crm_segments_membership")
