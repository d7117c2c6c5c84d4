"""Where vLLM cannot be had, that is said in one message, and nothing is skipped."""

from pathlib import Path

import pytest

from tests.vllm import build
from tests.vllm.serving import servers

pytestmark = pytest.mark.vllm


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "vllm"
    monkeypatch.setenv("TEST_VLLM_HOME", str(home))
    return home


def test_a_full_disk_is_named_before_anything_is_installed(nowhere: Path) -> None:
    with pytest.raises(build.NotBuilt, match=r"needs 1000000000 GB in .*vllm, where .* GB are free: make room"):
        build.build(room_bytes=10**18)

    assert [path.name for path in nowhere.iterdir()] == ["lock"]


def test_servers_that_cannot_be_started_fail_the_tests_and_say_why(nowhere: Path) -> None:
    with servers(nowhere) as running:
        for _ in range(2):
            with pytest.raises(build.NotBuilt, match="`make test-vllm` builds it"):
                running.all_up()


def test_an_environment_that_was_broken_off_or_is_of_other_versions_is_not_taken_for_whole(nowhere: Path) -> None:
    for folder in ("venv", "models"):
        (nowhere / folder).mkdir(parents=True)
    broken_off = build.is_built()
    for folder in ("venv", "models"):
        (nowhere / folder / ".whole").write_text("made of something else")

    assert (broken_off, build.is_built()) == (False, False)


def test_the_folder_is_named_by_its_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TEST_VLLM_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert build.home().is_relative_to(tmp_path / "warmline")
    assert build.VLLM in build.home().name
    assert build.TORCH in build.home().name
