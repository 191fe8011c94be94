from django.urls import path

from campaigns.channels.email import hooks
from campaigns.channels.onsite import views as onsite
from campaigns.channels.sms import hooks as sms
from campaigns.channels.webpush import views as webpush

urlpatterns = [
    path("w/onsite", onsite.waiting, name="onsite_waiting"),
    path("w/onsite/heard", onsite.heard, name="onsite_heard"),
    path("w/onsite/said", onsite.said, name="onsite_said"),
    path("w/push/worker.js", webpush.worker, name="push_worker"),
    path("w/push/key", webpush.key, name="push_key"),
    path("w/push/<str:site>/", webpush.ask, name="push_ask"),
    path("hooks/email/<slug:provider>/<str:what>/", hooks.hook, name="mail_hook"),
    path("hooks/sms/twilio/status/<uuid:message>/", sms.twilio_status, name="twilio_status"),
    path("hooks/sms/twilio/incoming/", sms.twilio_incoming, name="twilio_incoming"),
    path("hooks/sms/gateway/<str:secret>/", sms.gateway, name="sms_gateway"),
]
