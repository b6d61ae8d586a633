"""All addresses of the city hall; each room brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("simpul.web.urls")),
    path("", include("simpul.government.urls")),
    path("", include("simpul.desk.urls")),
    path("", include("simpul.city.urls")),
    path("", include("simpul.indicators.urls")),
    path("", include("simpul.programme.urls")),
    path("", include("simpul.insight.urls")),
    path("", include("simpul.evaluation.urls")),
]

handler400 = "simpul.web.problems.bad_request"
handler403 = "simpul.web.problems.forbidden"
handler404 = "simpul.web.problems.not_found"
handler500 = "simpul.web.problems.fault"
