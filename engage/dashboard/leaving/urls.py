from django.urls import path

from engage.dashboard.leaving import views

urlpatterns = [
    path("leaving/", views.leaving, name="leaving"),
    path("leaving/<uuid:uid>/", views.leaving_case, name="leaving_case"),
    path("people/<uuid:uid>/leaving/", views.may_leave, name="may_leave"),
]
