from django.urls import path

from engage.dashboard.counter import views

urlpatterns = [
    path("counter/", views.counter, name="counter"),
    path("counter/<uuid:uid>/", views.given, name="given"),
    path("counter/<uuid:uid>/use/", views.use_given, name="use_given"),
    path("counter/<uuid:uid>/undo/", views.undo_given, name="undo_given"),
]
