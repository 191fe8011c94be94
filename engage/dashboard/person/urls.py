from django.urls import path

from engage.dashboard.person import duplicates, erasing, knowing, memory, she_said, staff, switches, views, writing

urlpatterns = [
    path("she-said/", she_said.she_said, name="she_said"),
    path("she-said/people/", she_said.people_meant, name="people_meant"),
    path("she-said/about/", she_said.words_about, name="words_about"),
    path("she-said/<uuid:uid>/back/", she_said.unsay_words, name="unsay_words"),
    path("people/duplicates/", duplicates.duplicates, name="duplicates"),
    path("people/duplicates/rules/<slug:rule>/", duplicates.merge_rule, name="merge_rule"),
    path("people/merges/", duplicates.merges, name="merges"),
    path("people/<uuid:uid>/", views.person, name="person"),
    path("people/<uuid:uid>/write/", writing.write_to_person, name="write_to_person"),
    path("people/<uuid:uid>/erase/", erasing.erase_person, name="erase_person"),
    path("people/<uuid:uid>/note/", staff.note_person, name="note_person"),
    path("people/<uuid:uid>/task/", staff.new_task, name="new_task"),
    path("tasks/<uuid:uid>/done/", staff.finish_task, name="finish_task"),
    path("tasks/<uuid:uid>/open/", staff.reopen_task, name="reopen_task"),
    path("people/<uuid:uid>/pause/", switches.pause_person, name="pause_person"),
    path("people/<uuid:uid>/unpause/", switches.unpause_person, name="unpause_person"),
    path("people/<uuid:uid>/suppress/", switches.suppress_person, name="suppress_person"),
    path("people/<uuid:uid>/unsuppress/", switches.unsuppress_person, name="unsuppress_person"),
    path("people/<uuid:uid>/permission/", switches.permit_person, name="permit_person"),
    path("people/<uuid:uid>/merge/<uuid:proposal>/", switches.merge_people, name="merge_people"),
    path("people/<uuid:uid>/unmerge/<uuid:merge>/", switches.unmerge_people, name="unmerge_people"),
    path("people/<uuid:uid>/dismiss/<uuid:proposal>/", switches.dismiss_pair, name="dismiss_pair"),
    path("people/<uuid:uid>/know/", knowing.know_person, name="know_person"),
    path("people/memory/<uuid:uid>/back/", knowing.take_back_memory, name="take_back_memory"),
    path("people/memory/<uuid:uid>/forget/", memory.forget_memory, name="forget_memory"),
    path("people/memory/<uuid:uid>/mute/", memory.mute_memory, name="mute_memory"),
    path("people/memory/<uuid:uid>/unmute/", memory.unmute_memory, name="unmute_memory"),
]
