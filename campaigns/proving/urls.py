from django.urls import path

from campaigns.proving import views

urlpatterns = [path("prove/<str:token>", views.prove, name="prove")]
