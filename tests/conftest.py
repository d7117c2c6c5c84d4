import pytest
from hypothesis import settings

# A busy machine fails no test: what must be fast is shown by `make bench`.
settings.register_profile("warmline", deadline=None)
settings.load_profile("warmline")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
