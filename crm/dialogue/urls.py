from django.urls import path

from crm.dialogue import views

urlpatterns = [path("talk", views.talk, name="talk")]
