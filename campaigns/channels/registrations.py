"""The channels that there are; `crm.contacts` imports every app's registrations once all is ready."""

from campaigns.channels import port
from campaigns.channels.chat.channel import Chat
from campaigns.channels.email.channel import Email
from campaigns.channels.onsite.channel import Onsite
from campaigns.channels.sms.channel import Sms
from campaigns.channels.task.channel import Task
from campaigns.channels.webhook.channel import Webhook
from campaigns.channels.webpush.actions import forget_endpoints
from campaigns.channels.webpush.channel import Webpush
from crm.contacts import erasing

port.register(Chat())
port.register(Email())
port.register(Onsite())
port.register(Sms())
port.register(Task())
port.register(Webhook())
port.register(Webpush())
erasing.register("campaigns_channels_pushendpoint", forget_endpoints)
