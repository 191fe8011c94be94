from django.urls import path

from engage.dashboard.live import views

urlpatterns = [path("live/<slug:stream>/", views.live, name="live")]
