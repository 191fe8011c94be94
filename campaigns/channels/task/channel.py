"""A colleague says it: a task with the words."""

from django.utils.translation import gettext_lazy as _

from campaigns.channels.port import Carrier, Channel, Parcel, Ready
from campaigns.channels.task.carriers import Colleagues
from campaigns.channels.task.errands import errand
from crm.business.models import Business


class Task(Channel):
    name = "task"
    label = _("In person, by a colleague")
    asks_permission = False

    def carrier(self) -> Carrier:
        return Colleagues()

    def parcel(self, item: Ready, shop: Business) -> Parcel:
        return Parcel(item.message.id, item.written.address, errand(item))
