from django.urls import path

from campaigns.offers import views

urlpatterns = [path("offer/<str:token>/", views.offer, name="offer")]
