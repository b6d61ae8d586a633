"""The pages, as a WSGI application."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from simpul.entrypoints.settings import name_django_settings

name_django_settings()
app = get_wsgi_application()
