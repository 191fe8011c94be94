from django.urls import path

from engage.memory.views import click, code, everything, right, switches, unsubscribe, wishes

urlpatterns = [
    path("m/all/<str:proof>/wishes/<uuid:uid>/back", wishes.take_wish_back, name="take_wish_back"),
    path("m/all/<str:proof>/wishes/<uuid:uid>/quiet", wishes.hear_no_more, name="hear_no_more"),
    path("m/all/<str:proof>/wishes/<uuid:uid>/nameless", wishes.leave_name_out, name="leave_name_out"),
    path("m/<str:token>", switches.memory, name="memory"),
    path("m/<str:token>/topics", switches.topics, name="memory_topics"),
    path("m/<str:token>/pause", switches.pause, name="memory_pause"),
    path("m/<str:token>/stop", switches.stop, name="memory_stop"),
    path("m/<str:token>/resume", switches.resume, name="memory_resume"),
    path("m/<str:token>/frequency", switches.frequency, name="memory_frequency"),
    path("m/<str:token>/fresh", switches.fresh_link, name="memory_fresh_link"),
    path("m/<str:token>/code", code.send_code, name="memory_code"),
    path("m/<str:token>/open", code.enter_code, name="memory_open"),
    path("m/all/<str:proof>/", everything.everything, name="everything"),
    path("m/all/<str:proof>/export", everything.export_memory, name="export_memory"),
    path("m/all/<str:proof>/erase", everything.erase_memory, name="erase_memory"),
    path("m/all/<str:proof>/notifications", everything.notify_me, name="notify_me"),
    path("m/all/<str:proof>/device", everything.forget_device, name="forget_device"),
    path("m/all/<str:proof>/<uuid:uid>/correct", everything.correct, name="correct_memory"),
    path("m/all/<str:proof>/<uuid:uid>/mute", everything.mute, name="mute_memory"),
    path("m/all/<str:proof>/<uuid:uid>/mention", everything.unmute, name="unmute_memory"),
    path("m/all/<str:proof>/<uuid:uid>/forget", everything.forget, name="forget_memory"),
    path("m/all/<str:proof>/<uuid:uid>/later", everything.ask_later, name="ask_later"),
    path("y/<str:token>", switches.you, name="you"),
    path("k/<str:token>", right.still_right, name="still_right"),
    path("u/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    path("u/<str:token>/undo", unsubscribe.undo_unsubscribe, name="undo_unsubscribe"),
    path("c/<str:token>", click.click, name="click"),
    path("o/<str:token>.gif", click.opened, name="open"),
]
