from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from crm.events import actions
from engage.urls import urlpatterns as product


@csrf_exempt
def control(request: HttpRequest) -> HttpResponse:
    """The same single INSERT: no parsing, no key."""
    actions.accept(source="write", call="batch", body=request.body.decode(), events=1)
    return JsonResponse({"success": True})


urlpatterns = [path("bench/control", control), *product]
