from django.urls import re_path

from campaigns.contests.sharing import views

CODE = "(?P<code>[2-9a-z]{10})"
"""No page of a contest is called so, also of one whose key is `go`."""

urlpatterns = [
    re_path(f"^contest/go/{CODE}/$", views.pass_on, name="pass_on"),
    re_path(f"^contest/go/{CODE}/passed/$", views.passed_on, name="passed_on"),
]
