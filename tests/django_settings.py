"""Django's settings for tests: a data folder of their own, a quick password hash."""

from __future__ import annotations

import os
import tempfile

_FOLDER = tempfile.mkdtemp(prefix="simpul-test-")
os.environ["SIMPUL_DATA"] = _FOLDER

from simpul.entrypoints.django_settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
