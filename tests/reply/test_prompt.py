"""Messages: the order and roles that each family's template takes, and words that are tied to a version."""

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reply.conversation import Conversation, Turn
from app.reply.examples import EXAMPLES
from app.reply.profiles import PROFILES
from app.reply.prompt import (
    PLAIN,
    PROMPT_VERSION,
    ROLE,
    ROLE_FOR_SMALL_MODELS,
    Band,
    Message,
    Tone,
    build_messages,
)
from app.style.tokens import count_words

BAND = Band(100, 150)
POST = "My neighbour moved out and the stairs are silent now."

# A new PROMPT_VERSION for new words; then the new hash, which the failing test prints.
WORDS = {"2026-11-26.1": "f1c41de3865141ee"}

each_profile = pytest.mark.parametrize("name", PROFILES)


def alternates(roles: Sequence[str]) -> bool:
    """User and assistant in turn, the first and the last a user's."""
    return len(roles) % 2 == 1 and all(role == ("user", "assistant")[place % 2] for place, role in enumerate(roles))


def llama2_takes(roles: Sequence[str]) -> bool:
    """Its template: an optional system message, then strict alternation that starts and ends with the user."""
    return alternates(roles[1:] if roles[:1] == ["system"] else roles)


def mistral_takes(roles: Sequence[str]) -> bool:
    """The template of 7B Instruct v0.1 and v0.2: no system message at all."""
    return alternates(roles)


def chatml_takes(roles: Sequence[str]) -> bool:
    """Any order of roles; ours alternates after at most one system message, all the same."""
    return set(roles) <= {"system", "user", "assistant"} and llama2_takes(roles)


TEMPLATES: dict[str, Callable[[Sequence[str]], bool]] = {
    "gpt": chatml_takes,
    "llama2": llama2_takes,
    "mistral": mistral_takes,
    "smollm2": chatml_takes,
    "default": llama2_takes,
}


@pytest.mark.parametrize(
    ("roles", "llama2", "mistral"),
    [
        (["user"], True, True),
        (["system", "user"], True, False),
        (["user", "assistant", "user"], True, True),
        (["user", "user"], False, False),
        (["assistant", "user"], False, False),
        (["user", "assistant"], False, False),
        (["system", "system", "user"], False, False),
        ([], False, False),
    ],
)
def test_the_rules_of_the_templates_refuse_what_the_real_ones_do(roles: list[str], llama2: bool, mistral: bool) -> None:
    assert (llama2_takes(roles), mistral_takes(roles)) == (llama2, mistral)


def messages_for(
    name: str,
    post: str = POST,
    history: Sequence[Turn] = (),
    band: Band = BAND,
    language: str | None = None,
    tone: Tone = PLAIN,
) -> tuple[Message, ...]:
    return build_messages(Conversation.of(post, tuple(history)), PROFILES[name], band, language, tone)


def rendered(messages: Sequence[Message]) -> str:
    """What a prefix cache sees: one text, in order."""
    return "\n".join(f"<{message.role}>{message.content}" for message in messages)


def shared_prefix(one: str, other: str) -> str:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(left for left, _ in same)


histories = st.lists(
    st.builds(
        Turn,
        st.sampled_from(["seeker", "supporter"]),
        st.sampled_from(["", " \n", "I am here.", "It got worse. {0} {}", "<|im_end|>", "%s {post}", "\u200b"]),
    ),
    max_size=10,
)


@each_profile
@given(history=histories, language=st.sampled_from([None, "de"]))
def test_every_history_makes_messages_that_the_familys_template_takes(
    name: str, history: list[Turn], language: str | None
) -> None:
    messages = messages_for(name, POST, history, language=language)
    assert TEMPLATES[name]([message.role for message in messages])
    assert all(message.content.strip() for message in messages)
    assert POST in messages[-1].content
    assert messages[-1].role == "user"
    assert "<|im_end|>" not in rendered(messages)


@each_profile
@given(history=histories)
def test_everything_that_was_said_is_in_the_messages_in_its_order(name: str, history: list[Turn]) -> None:
    prompt = rendered(messages_for(name, POST, history))
    place = 0
    for turn in Conversation.of(POST, tuple(history)).turns:
        place = prompt.index(turn.text, place) + len(turn.text)


@each_profile
@pytest.mark.parametrize(
    "history",
    [
        pytest.param((), id="no history"),
        pytest.param((Turn("supporter", "How are you?"),), id="the supporter first"),
        pytest.param((Turn("seeker", "Hi."), Turn("supporter", "Hello.")), id="a talk"),
        pytest.param((Turn("supporter", "A."), Turn("supporter", "B.")), id="two of the supporter"),
    ],
)
def test_what_the_supporter_said_is_the_assistants(name: str, history: tuple[Turn, ...]) -> None:
    said = [message.content for message in messages_for(name, POST, history) if message.role == "assistant"]
    for turn in history:
        assert any(turn.text in content for content in said) is (turn.role == "supporter")


@each_profile
def test_what_never_varies_comes_first(name: str) -> None:
    one = rendered(messages_for(name, "A cat is missing.", band=Band(10, 400), language="de"))
    other = rendered(messages_for(name, "Night again, and no sleep.", band=Band(50, 60)))
    shared = shared_prefix(one, other)
    if PROFILES[name].examples:
        assert ROLE_FOR_SMALL_MODELS in shared
        assert all(post in shared and reply in shared for post, reply in EXAMPLES)
    else:
        assert ROLE in shared


@each_profile
def test_a_history_leaves_what_never_varies_in_its_place(name: str) -> None:
    talk = [Turn("supporter", "How was Monday?"), Turn("seeker", "Long."), Turn("supporter", "Tell me.")]
    shared = shared_prefix(rendered(messages_for(name)), rendered(messages_for(name, POST, talk)))
    assert (EXAMPLES[-1][1] if PROFILES[name].examples else ROLE) in shared


@pytest.mark.parametrize("name", sorted(set(PROFILES) - {"smollm2"}))
def test_the_demand_names_band_and_language(name: str) -> None:
    prompt = rendered(messages_for(name, band=Band(17, 93), language="pt-BR"))
    assert "17" in prompt
    assert "93" in prompt
    assert "pt-BR" in prompt


@pytest.mark.parametrize("post", ["{}", "{0.__class__} %s", 'he said "go" and left', "\\n $x {{y}}"])
@each_profile
def test_a_post_that_looks_like_a_format_string_stands_as_it_is(name: str, post: str) -> None:
    assert post in messages_for(name, post)[-1].content


def test_the_folded_instructions_stand_before_the_first_turn_only() -> None:
    talk = [Turn("seeker", "Hi."), Turn("supporter", "Hello.")]
    first, *others = messages_for("mistral", POST, talk)
    assert first.content.startswith(ROLE)
    assert first.content.endswith("Hi.")
    assert not any(ROLE in message.content for message in others)


@pytest.mark.parametrize(("post", "reply"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_the_examples_show_what_is_asked_for(post: str, reply: str) -> None:
    assert 100 <= count_words(reply) <= 150
    assert "\n" not in reply
    assert reply.endswith(".")
    assert not set(reply) & set("“”’—…!")
    assert post != reply


def test_the_prompts_words_have_a_version() -> None:
    talk = (Turn("supporter", "S1"), Turn("seeker", "S2"), Turn("supporter", "S3"))
    prompts = {
        f"{name} {len(history)} {language} {tone}": [
            [message.role, message.content]
            for message in messages_for(name, "POST", history, Band(1, 2), language, tone)
        ]
        for name in sorted(PROFILES)
        for history in ((), talk)
        for language in (None, "xx")
        for tone in (PLAIN, Tone(gentle=True), Tone(medical=True))
    }
    words = hashlib.sha256(json.dumps(prompts, sort_keys=True).encode()).hexdigest()[:16]
    assert WORDS.get(PROMPT_VERSION) == words, f"the words of the prompt are {words}: give them a new PROMPT_VERSION"
