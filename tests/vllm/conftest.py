"""The servers that this folder's tests share; they are killed at the end, whatever happened."""

from collections.abc import Iterator, Mapping

import pytest

from tests.vllm.serving import Servers, VllmServer, servers


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("vllm")) as running:
        yield running


@pytest.fixture
def vllm(started: Servers) -> Mapping[str, VllmServer]:
    """The server of each model, ready to write; one that an earlier test killed is back."""
    return started.all_up()
