from django.urls import path

from campaigns.designs import views

urlpatterns = [path("media/<str:name>", views.picture, name="picture")]
