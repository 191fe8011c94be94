from django.urls import path

from engage.dashboard.contests import ending, jury, pictures, queue, sharing, views, votes

urlpatterns = [
    path("contests/", views.contests, name="contests"),
    path("contests/new/", views.new_contest, name="new_contest"),
    path("contests/<uuid:uid>/", views.contest, name="contest"),
    path("contests/<uuid:uid>/edit/", views.edit_contest, name="edit_contest"),
    path("contests/<uuid:uid>/publish/", views.publish_contest, name="publish_contest"),
    path("contests/<uuid:uid>/close/", views.close_contest, name="close_contest"),
    path("contests/<uuid:uid>/votes/", votes.contest_votes, name="contest_votes"),
    path("contests/<uuid:uid>/votes/rings/<slug:what>/", votes.decide_ring, name="decide_ring"),
    path("contests/<uuid:uid>/votes/<uuid:vote>/<slug:what>/", votes.decide_vote, name="decide_vote"),
    path("contests/<uuid:uid>/jury/", jury.contest_jurors, name="contest_jurors"),
    path("contests/<uuid:uid>/jury/<uuid:juror>/dismiss/", jury.dismiss_juror, name="dismiss_juror"),
    path("contests/<uuid:uid>/jury/<uuid:juror>/restore/", jury.restore_juror, name="restore_juror"),
    path("contests/<uuid:uid>/qr.svg", pictures.contest_qr, name="contest_qr"),
    path("contests/<uuid:uid>/small/<uuid:entry>/", pictures.small_photo, name="small_photo"),
    path("contests/<uuid:uid>/former/<uuid:entry>/", pictures.former_photo, name="former_photo"),
    path("contests/<uuid:uid>/queue/", queue.entries_queue, name="entries_queue"),
    path("contests/<uuid:uid>/queue/undo/<int:moment>/", queue.undo_entries, name="undo_entries"),
    path("contests/<uuid:uid>/end/", ending.end_contest, name="end_contest"),
    path("contests/<uuid:uid>/end/list/", ending.fix_list, name="fix_list"),
    path("contests/<uuid:uid>/end/tell/", ending.tell_again, name="tell_again"),
    path("contests/<uuid:uid>/end/pass/<int:place>/", ending.pass_prize, name="pass_prize"),
    path("contests/<uuid:uid>/shares/", sharing.contest_shares, name="contest_shares"),
    path("contests/<uuid:uid>/shares/export/", sharing.export_shares, name="export_shares"),
]
