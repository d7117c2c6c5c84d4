"""Families of models and what is known of them."""

from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from app.reply.profiles import PROFILES, profile_for
from app.settings import Family


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("gpt-4-turbo", "gpt"),
        ("gpt-6.1-sol", "gpt"),
        ("GPT-4o", "gpt"),
        ("meta-llama/Llama-2-13b-chat-hf", "llama2"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama2"),
        ("mistralai/Mistral-7B-Instruct-v0.2", "mistral"),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mistral"),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", "smollm2"),
        ("smollm2", "smollm2"),
        ("Qwen/Qwen3-8B", "default"),
        ("", "default"),
    ],
)
def test_a_models_name_tells_its_family(model: str, family: str) -> None:
    assert profile_for(model).name == family


def test_the_config_offers_exactly_the_families_that_exist() -> None:
    assert set(PROFILES) == set(get_args(Family))


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_listed_under_its_name(name: str) -> None:
    assert PROFILES[name].name == name


@pytest.mark.parametrize("name", ["gpt", "llama2", "mistral"])
def test_the_studys_models_sample_as_in_the_study(name: str) -> None:
    sampling = PROFILES[name].sampling
    assert (sampling["temperature"], sampling["top_p"]) == (0.1, 0.9)
    assert PROFILES[name].tokens_per_word == 1.5
    assert not PROFILES[name].examples


@pytest.mark.parametrize(
    ("name", "expected"),
    [("gpt", "max_completion_tokens"), ("llama2", "max_tokens"), ("mistral", "max_tokens"), ("smollm2", "max_tokens")],
)
def test_each_family_takes_the_token_limit_under_its_name(name: str, expected: str) -> None:
    assert PROFILES[name].max_tokens_field == expected


def test_only_mistral_refuses_a_system_role() -> None:
    assert {name for name, profile in PROFILES.items() if profile.instructions == "folded"} == {"mistral"}


@pytest.mark.parametrize("name", sorted(set(PROFILES) - {"gpt", "smollm2"}))
def test_families_on_any_server_get_only_parameters_that_all_servers_know(name: str) -> None:
    assert set(PROFILES[name].sampling) <= {"temperature", "top_p"}


def test_sampling_never_holds_what_the_pipeline_sets() -> None:
    for profile in PROFILES.values():
        assert not {"model", "messages", "stream", "seed", "max_tokens", "max_completion_tokens"} & set(
            profile.sampling
        )


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        PROFILES["gpt"].name = "other"  # type: ignore[misc]


def test_profiles_do_not_share_their_sampling() -> None:
    samplings = [id(profile.sampling) for profile in PROFILES.values()]
    assert len(set(samplings)) == len(samplings)
