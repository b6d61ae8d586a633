"""Django's settings for tests: a data folder of their own, a quick password hash."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.mkdtemp(prefix="simpul-test-"))
(_FOLDER / "static").mkdir()
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)

for _name in [name for name in os.environ if name.startswith("SIMPUL_")]:
    del os.environ[_name]
os.environ["SIMPUL_DATA"] = str(_FOLDER)
# Nobody listens there: a city that runs on this machine has nothing to do with the tests.
os.environ["SIMPUL_BROKER_URL"] = "http://127.0.0.1:9"

from simpul.entrypoints.django_settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
