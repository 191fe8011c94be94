from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from engage.dashboard.shell.roles import role


@role()
def home(request: HttpRequest) -> HttpResponse:
    """Today: what is wrong, what to get ready, who needs us, what they told us, what goes out."""
    return render(request, "home/home.html")


@role()
def landing(request: HttpRequest) -> HttpResponse:
    """Where somebody who has just signed in begins."""
    return redirect("inbox" if request.user.role == "agent" else "home")
