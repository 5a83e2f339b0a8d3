"""Addresses of the look's own tests: each page with its sample, the style page, the error pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from geomatch.site.pages.home.style_guide import style
from tests.browser.look_pages import pages
from tests.browser.look_samples import frame

SECTION = {  # by the first letters of a page's name
    "dash": "Home",
    "run": "Home",
    "sett": "Settings",
    "geoc": "Settings",
    "hous": "Neighbours",
    "plac": "Neighbours",
    "impo": "Neighbours",
    "sign": "Neighbours",
    "plan": "Pods",
    "matc": "Requests",
    "requ": "Requests",
    "volu": "Volunteers",
    "list": "Lists",
}


def page(request: HttpRequest, name: str) -> HttpResponse:
    template, context = pages()[name]
    if "map" in context:  # made only for the page that shows it
        context |= {"map": context["map"]()}
    return render(request, template, frame(SECTION.get(name[:4], "")) | context)


def error(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, f"{code}.html", status=200)


urlpatterns = [
    path("account/", include("allauth.urls")),
    path("look/style/", style),
    path("look/error/<code>/", error),
    path("look/<slug:name>/", page),
    path("me/", page, {"name": "dashboard"}, name="own_account"),
    path("<slug:network>/numbers/", page, {"name": "numbers"}, name="numbers"),
    path("", page, {"name": "dashboard"}, name="home"),
]
