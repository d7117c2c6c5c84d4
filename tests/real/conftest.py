"""`make test-all` names every program that it misses, and fails."""

import shutil

import pytest

PROGRAMS = ("buildah", "chromium", "debootstrap", "kubectl", "promtool", "redis-server")


def pytest_collection_finish(session: pytest.Session) -> None:
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing and any(item.get_closest_marker("real") for item in session.items):
        pytest.exit(f"make test-all needs these programs, which are missing: {', '.join(missing)}", returncode=1)
