from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe


@require_safe
def start(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, "checker/start.html")
