"""The config: what loads, and the one message for each thing that does not."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config_file import BadConfig, load_settings
from app.settings import Settings

SECRET = "sk-live-0123456789abcdef"
KEYS = {"SOME_KEY": SECRET}
HASH = "0123456789abcdef" * 4

GOOD = """\
workers:
  - {name: one, base_url: http://one:8000/v1, model: some/model-7b, api_key_env: SOME_KEY}
  - {name: two, base_url: http://two:8000/v1, model: some/model-7b}
models:
  kind: {workers: [one, two]}
default_model: kind
"""

# The contract's example, without what later versions take.
CONTRACT = """\
workers:
  - {name: openai,    base_url: https://api.openai.com/v1, model: a-live-model, api_key_env: SOME_KEY, remote: true}
  - {name: llama2-0, base_url: http://vllm-llama2:8000/v1, model: meta-llama/Llama-2-13b-chat-hf, context_tokens: 4096}
  - name: mistral-0
    base_url: http://vllm-mistral:8000/v1
    model: mistralai/Mistral-7B-Instruct-v0.2
    max_in_flight: 64
  - {name: local, embedded: true}
models:
  gpt:     {workers: [openai], fallback: mistral, profile: gpt}
  llama2:  {workers: [llama2-0]}
  mistral: {workers: [mistral-0]}
  smollm2: {workers: [local]}
default_model: mistral
deadlines: {connect_s: 2, first_token_s: 15, between_tokens_s: 5, attempt_s: 30, total_s: 60}
admission: {max_in_flight: 512, queue: 128, queue_s: 5}
keys: [{name: my-app, sha256: "HASH", requests_per_minute: 600, tokens_per_minute: 200000, max_in_flight: 64}]
redis_url: redis://:PASSWORD@redis:6379/0
cors_origins: []
drain_s: 60
""".replace("HASH", HASH)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "warmline.yaml"


def load(config: Path, content: str | bytes, environment: Mapping[str, str] | None = None) -> Settings:
    config.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_settings({"WARMLINE_CONFIG": str(config), **KEYS, **(environment or {})})


def complaint(config: Path, content: str | bytes, environment: Mapping[str, str] | None = None) -> str:
    """The message of a config that does not load; it is one line and tells no secret, nor does its cause."""
    with pytest.raises(BadConfig) as caught:
        load(config, content, environment)
    message = str(caught.value)
    assert "\n" not in message
    assert SECRET not in message
    assert caught.value.__cause__ is None
    return message


def test_a_good_file_loads(config: Path) -> None:
    settings = load(config, GOOD)
    assert [worker.name for worker in settings.workers] == ["one", "two"]
    assert settings.models["kind"].workers == ("one", "two")
    assert settings.default_model == "kind"
    assert str(settings.workers[0].base_url) == "http://one:8000/v1"


def test_the_contracts_example_loads(config: Path) -> None:
    settings = load(config, CONTRACT)
    assert list(settings.models) == ["gpt", "llama2", "mistral", "smollm2"]
    assert settings.default_model == "mistral"
    assert settings.workers[0].remote
    assert settings.workers[1].context_tokens == 4096
    assert settings.workers[3].embedded
    assert settings.models["gpt"].fallback == "mistral"
    assert settings.deadlines.first_token_s == 15


def test_a_key_comes_from_the_environment_and_shows_nowhere(config: Path) -> None:
    settings = load(config, GOOD)
    key = settings.workers[0].api_key
    assert key is not None
    assert key.get_secret_value() == SECRET
    assert settings.workers[1].api_key is None
    for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        assert SECRET not in shown


def test_keys_and_redis_are_read_and_the_password_shows_nowhere(config: Path) -> None:
    content = CONTRACT.replace(HASH, HASH.upper()).replace("PASSWORD", SECRET)
    settings = load(config, content)

    assert [key.model_dump() for key in settings.keys] == [
        {
            "name": "my-app",
            "sha256": HASH,
            "requests_per_minute": 600,
            "tokens_per_minute": 200_000,
            "max_in_flight": 64,
        }
    ]
    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == f"redis://:{SECRET}@redis:6379/0"
    for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        assert SECRET not in shown
    assert HASH not in repr(settings)


def test_the_address_of_redis_may_come_from_the_environment(config: Path) -> None:
    settings = load(config, GOOD, {"WARMLINE_REDIS_URL": f"rediss://u:{SECRET}@r"})

    assert settings.redis_url is not None
    assert settings.redis_url.get_secret_value() == f"rediss://u:{SECRET}@r"
    assert load(config, GOOD, {"WARMLINE_REDIS_URL": ""}).redis_url is None


def test_settings_cannot_be_changed(config: Path) -> None:
    settings = load(config, GOOD)
    with pytest.raises(ValidationError):
        settings.default_model = "other"  # type: ignore[misc]


def test_admission_is_in_force_without_a_word(config: Path) -> None:
    assert load(config, GOOD).admission.model_dump() == {"max_in_flight": 512, "queue": 128, "queue_s": 5}


def test_deadlines_have_defaults(config: Path) -> None:
    deadlines = load(config, GOOD).deadlines
    assert deadlines.model_dump() == {
        "connect_s": 2, "first_token_s": 15, "between_tokens_s": 5, "attempt_s": 30, "total_s": 60,
    }  # fmt: skip


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param("workers: [1,\nmodels: {", ["line 2", "not YAML"], id="not YAML"),
        pytest.param("a: 1\nb: 2\n\tc: 3\n", ["line 3", "not YAML"], id="a tab"),
        pytest.param(b"a: \xff\xfe", ["UTF-8"], id="not UTF-8"),
        pytest.param(b"a: \x00", ["not YAML"], id="a zero byte"),
        pytest.param("", ["must be a mapping", "workers"], id="empty"),
        pytest.param("# nothing\n", ["must be a mapping"], id="a comment alone"),
        pytest.param("- one\n- two\n", ["must be a mapping"], id="a list"),
        pytest.param("42", ["must be a mapping"], id="a number"),
        pytest.param("workers: []\nmodels: {}\ndefault_model: a", ["workers", "models"], id="nobody to write"),
        pytest.param("workers: 5\nmodels: 7\ndefault_model: a", ["workers", "models"], id="numbers for mappings"),
        pytest.param("default_model: kind", ["workers", "models"], id="keys missing"),
        pytest.param(f"{GOOD}nonsense: 1\n", ["nonsense", "no such key"], id="unknown key"),
        pytest.param(f"{GOOD}deadlines: {{totals: 5}}\n", ["deadlines.totals", "no such key"], id="unknown deadline"),
        pytest.param(f"{GOOD}deadlines: {{total_s: 0}}\n", ["deadlines.total_s", "greater than 0"], id="no time"),
        pytest.param(f"{GOOD}deadlines: {{total_s: .nan}}\n", ["deadlines.total_s"], id="not a number of seconds"),
        pytest.param(f"{GOOD}deadlines: {{total_s: .inf}}\n", ["deadlines.total_s", "3600"], id="endless"),
        pytest.param(f"{GOOD}deadlines: {{total_s: {SECRET}}}\n", ["deadlines.total_s"], id="a key for a number"),
        pytest.param(f"{GOOD}log_level: loud\n", ["log_level", "info"], id="unknown level"),
        pytest.param(changed("name: two, base_url: http://two:8000/v1,", "name: two,"), ["base_url"], id="no base_url"),
        pytest.param(changed("http://two:8000/v1", "two:8000"), ["base_url", "http"], id="no scheme"),
        pytest.param(changed("http://two", f"http://u:{SECRET}@two:x"), ["base_url"], id="password in a bad URL"),
        pytest.param(changed("v1, model: some/model-7b}", "v1}"), ["needs model"], id="no model"),
        pytest.param(changed("name: two, ", ""), ["workers.1.name", "required"], id="no name"),
        pytest.param(changed("name: two", "name: TWO!"), ["workers.1.name", "pattern"], id="bad name"),
        pytest.param(changed("name: two", "name: one"), ["workers", "same name"], id="two of one name"),
        pytest.param(changed("name: two", "embedded: true, name: two"), ["embedded", "base_url"], id="both kinds"),
        pytest.param(changed("[one, two]", "[one, three]"), ["models.kind.workers", "three"], id="unknown worker"),
        pytest.param(changed("[one, two]", "[]"), ["models.kind.workers"], id="model without workers"),
        pytest.param(changed("two]}", "two], fallback: who}"), ["models.kind.fallback", "'who'"], id="fallback"),
        pytest.param(changed("two]}", "two], profile: bert}"), ["models.kind.profile", "mistral"], id="profile"),
        pytest.param(changed("default_model: kind", "default_model: x"), ["default_model", "'x'"], id="default"),
        pytest.param(changed("api_key_env: SOME_KEY", f"api_key: {SECRET}"), ["api_key_env"], id="key in the file"),
        pytest.param(changed("SOME_KEY", "NO_KEY"), ["one", "api_key_env", "NO_KEY"], id="key not in environment"),
        pytest.param(f"{GOOD}keys: [{{name: a, sha256: {SECRET}}}]\n", ["keys.0.sha256", "new_key"], id="a key itself"),
        pytest.param(f"{GOOD}keys: [{{name: A, sha256: {HASH}}}]\n", ["keys.0.name", "pattern"], id="name of a key"),
        pytest.param(f"{GOOD}keys: [{{sha256: {HASH}}}]\n", ["keys.0.name", "required"], id="key without name"),
        pytest.param(f"{GOOD}keys: [{{name: a}}]\n", ["keys.0.sha256", "required"], id="key without hash"),
        pytest.param(f"{GOOD}keys: [{{name: a, sha256: {HASH}, max_in_flight: 0}}]\n",
                     ["keys.0.max_in_flight", "greater than or equal to 1"], id="a limit of nothing"),
        pytest.param(f"{GOOD}keys: [{{name: a, sha256: {HASH}, key: {SECRET}}}]\n", ["keys.0.key"], id="key in line"),
        pytest.param(f"{GOOD}keys: [{{name: a, sha256: {HASH}}}, {{name: a, sha256: {HASH[::-1]}}}]\n",
                     ["keys", "same name"], id="two keys of one name"),
        pytest.param(f"{GOOD}keys: [{{name: a, sha256: {HASH}}}, {{name: b, sha256: {HASH.upper()}}}]\n",
                     ["keys", "same key"], id="two names of one key"),
        pytest.param(f"{GOOD}redis_url: http://u:{SECRET}@r\n", ["redis_url", "redis://host"], id="not Redis"),
        pytest.param(f"{GOOD}redis_url: redis://u:{SECRET}@r:port\n", ["redis_url", "redis://host"], id="no port"),
        pytest.param(f"{GOOD}redis_url: [redis://u:{SECRET}@r]\n", ["redis_url"], id="a list of Redis"),
        pytest.param(
            GOOD.replace("name: one, base_url: http://one:8000/v1, model: some/model-7b, api_key_env: SOME_KEY",
                         "name: one, embedded: true").replace(
                         "name: two, base_url: http://two:8000/v1, model: some/model-7b", "name: two, embedded: true"),
            ["only one can be embedded"],
            id="two embedded",
        ),
    ],
)  # fmt: skip
def test_a_bad_file_gets_one_message_that_names_what_to_mend(
    config: Path, content: str | bytes, named: list[str]
) -> None:
    message = complaint(config, content)
    assert str(config) in message
    for part in named:
        assert part in message


def test_a_key_given_for_its_variables_name_is_not_quoted(config: Path) -> None:
    assert "api_key_env" in complaint(config, changed("SOME_KEY", SECRET))


def test_a_fault_in_a_worker_is_the_only_one_told(config: Path) -> None:
    content = "workers: [{name: ONE!, embedded: true}]\nmodels: {kind: {workers: [one]}}\ndefault_model: kind"
    assert "at least 1 item" not in complaint(config, content)


def test_a_file_that_is_nested_too_deep_gets_a_message(config: Path) -> None:
    complaint(config, "[" * 1_500)


@pytest.mark.parametrize("place", ["missing.yaml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, place: str) -> None:
    path = tmp_path / place
    with pytest.raises(BadConfig) as caught:
        load_settings({"WARMLINE_CONFIG": str(path)})
    assert str(path) in str(caught.value)
    assert "WARMLINE_CONFIG" in str(caught.value)


def test_a_scalar_of_the_file_is_overridden(config: Path) -> None:
    environment = {
        "WARMLINE_DEADLINES__TOTAL_S": "20.5",
        "WARMLINE_DEFAULT_MODEL": "other",
        "WARMLINE_LOG_LEVEL": "debug",
    }
    settings = load(config, changed("models:", "models:\n  other: {workers: [two]}"), environment)
    assert settings.deadlines.total_s == 20.5
    assert settings.deadlines.connect_s == 2
    assert settings.default_model == "other"
    assert settings.log_level == "debug"


def test_an_override_changes_one_key_of_a_mapping_and_leaves_the_others(config: Path) -> None:
    settings = load(config, f"{GOOD}deadlines: {{total_s: 7, attempt_s: 6}}\n", {"WARMLINE_DEADLINES__TOTAL_S": "9"})
    assert (settings.deadlines.total_s, settings.deadlines.attempt_s) == (9, 6)


def test_an_empty_mapping_of_the_file_can_be_overridden(config: Path) -> None:
    assert load(config, f"{GOOD}deadlines:\n", {"WARMLINE_DEADLINES__TOTAL_S": "9"}).deadlines.total_s == 9


def test_variables_of_others_are_none_of_ours(config: Path) -> None:
    assert load(config, GOOD, {"WARMLIN_X": "1", "X_WARMLINE_Y": "2", "warmline_z": "3"}) == load(config, GOOD)


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("WARMLINE_X", SECRET, ["WARMLINE_X", "no such setting", "default_model"]),
        ("WARMLINE_", "1", ["no such setting"]),
        ("WARMLINE_KEYS", SECRET, ["WARMLINE_KEYS"]),
        ("WARMLINE_REDIS_URL", SECRET, ["WARMLINE_REDIS_URL", "redis://host"]),
        ("WARMLINE_WORKERS", SECRET, ["WARMLINE_WORKERS", "not a scalar", "file"]),
        ("WARMLINE_WORKERS__0__NAME", "x", ["WARMLINE_WORKERS__0__NAME", "not a mapping"]),
        ("WARMLINE_MODELS__KIND", "x", ["WARMLINE_MODELS__KIND", "not a scalar"]),
        ("WARMLINE_DEFAULT_MODEL__X", "x", ["WARMLINE_DEFAULT_MODEL__X", "not a mapping"]),
        ("WARMLINE_DEFAULT_MODEL", "gone", ["default_model", "gone"]),
        ("WARMLINE_DEADLINES__TOTAL_S", SECRET, ["deadlines.total_s", "number"]),
        ("WARMLINE_DEADLINES__TOTAL_S", "-1", ["deadlines.total_s", "greater than 0"]),
        ("WARMLINE_DEADLINES__TOTAL", "1", ["deadlines.total", "no such key"]),
        ("WARMLINE_CORS_ORIGINS", "*", ["cors_origins"]),
    ],
)
def test_a_bad_override_gets_one_message_that_names_it(
    config: Path, variable: str, value: str, named: list[str]
) -> None:
    message = complaint(config, GOOD, {variable: value})
    for part in named:
        assert part in message


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WARMLINE_DEADLINES__TOTAL", "1"),
        ("WARMLINE_DEADLINES__TOTAL_S", "soon"),
        ("WARMLINE_DEFAULT_MODEL", "gone"),
        ("WARMLINE_NOWHERE__X", "1"),
    ],
)
def test_a_bad_override_is_not_blamed_on_the_file(config: Path, variable: str, value: str) -> None:
    assert variable in complaint(config, GOOD, {variable: value})


@pytest.mark.parametrize(
    ("environment", "model", "worker", "embedded"),
    [
        pytest.param({}, "smollm2", "local", True, id="nothing"),
        pytest.param({"OPENAI_API_KEY": ""}, "smollm2", "local", True, id="an empty key"),
        pytest.param({"WARMLINE_CONFIG": ""}, "smollm2", "local", True, id="an empty file name"),
        pytest.param({"OPENAI_API_KEY": SECRET}, "gpt", "openai", False, id="a key"),
    ],
)
def test_without_a_file_a_key_decides_who_writes(
    environment: dict[str, str], model: str, worker: str, embedded: bool
) -> None:
    settings = load_settings(environment)
    assert settings.default_model == model
    assert [(one.name, one.embedded, one.remote) for one in settings.workers] == [(worker, embedded, not embedded)]
    assert SECRET not in repr(settings)
    key = settings.workers[0].api_key
    assert (key.get_secret_value() if key else None) == (None if embedded else SECRET)


def test_without_a_file_scalars_can_be_overridden() -> None:
    assert load_settings({"WARMLINE_DEADLINES__TOTAL_S": "20"}).deadlines.total_s == 20


def test_a_file_wins_over_the_default_for_a_key(config: Path) -> None:
    assert load(config, GOOD, {"OPENAI_API_KEY": SECRET}).default_model == "kind"


def test_keys_of_the_contract_that_are_left_empty_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "warmline.yaml"
    file.write_text(
        "workers: [{name: w, base_url: 'http://w/v1', model: m}]\nmodels: {m: {workers: [w]}}\ndefault_model: m\n"
        "keys: []\nredis_url:\n"
    )

    assert load_settings({"WARMLINE_CONFIG": str(file)}).default_model == "m"


ESCALATION = "escalation: {url: https://oncall.example.org/hook, secret_env: HOOK_SECRET}\n"
HOOK = {"HOOK_SECRET": "whsec_" + "QUFB" * 10}


def test_a_webhook_is_read_and_its_secret_comes_from_the_environment_and_shows_nowhere(config: Path) -> None:
    settings = load(config, f"{GOOD}{ESCALATION}", HOOK)

    assert settings.escalation is not None
    assert str(settings.escalation.url) == "https://oncall.example.org/hook"
    assert settings.escalation.key == b"A" * 30
    for shown in (repr(settings), str(settings), repr(settings.model_dump()), settings.model_dump_json()):
        assert "QUFB" not in shown
        assert "AAAA" not in shown
    plain = load(config, f"{GOOD}{ESCALATION}", {"HOOK_SECRET": "plain words, twenty-four and more"})
    assert plain.escalation is not None
    assert plain.escalation.key == b"plain words, twenty-four and more"
    assert load(config, GOOD).escalation is None
    assert load(config, f"{GOOD}escalation:\n").escalation is None


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://oncall.example.org/hook?team=night", True),
        ("http://oncall:8080/hook", True),
        ("http://oncall.care.svc.cluster.local/hook", True),
        ("http://oncall.care.svc/hook", True),
        ("http://10.1.2.3/hook", True),
        ("http://127.0.0.1:9000/hook", True),
        ("http://[::1]:9000/hook", True),
        ("http://[fd00::7]/hook", True),
        ("http://oncall.example.org/hook", False),
        ("http://8.8.8.8/hook", False),
        ("http://[2606:4700::1]/hook", False),
        ("http://localhost.example.org/hook", False),
        (f"https://user:{SECRET}@oncall.example.org/hook", False),
        (f"https://{SECRET}@oncall.example.org/hook", False),
        ("ftp://oncall/hook", False),
        ("oncall/hook", False),
    ],
)
def test_a_webhook_is_called_by_https_or_at_home(config: Path, url: str, good: bool) -> None:
    content = f"{GOOD}escalation: {{url: '{url}', secret_env: HOOK_SECRET}}\n"
    if good:
        assert load(config, content, HOOK).escalation
        return
    with pytest.raises(BadConfig, match=r"escalation\.url") as raised:
        load(config, content, HOOK)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("line", "environment", "named"),
    [
        ("{url: https://a.example/h}", {}, ["escalation.secret_env", "required"]),
        ("{secret_env: HOOK_SECRET}", HOOK, ["escalation.url", "required"]),
        ("{url: https://a.example/h, secret_env: HOOK_SECRET}", {}, ["escalation.secret_env", "no HOOK_SECRET"]),
        (f"{{url: https://a.example/h, secret_env: {SECRET}}}", {}, ["escalation.secret_env", "variable of that name"]),
        (f"{{url: https://a.example/h, secret: {SECRET}}}", {}, ["escalation", "secret_env"]),
        ("{url: https://a.example/h, secret_env: HOOK_SECRET}", {"HOOK_SECRET": "short"}, ["at least 24 bytes"]),
        ("{url: https://a.example/h, secret_env: HOOK_SECRET}", {"HOOK_SECRET": "whsec_!!!!"}, ["not base64"]),
        (
            "{url: https://a.example/h, secret_env: HOOK_SECRET, retries: 9}",
            HOOK,
            ["escalation.retries", "no such key"],
        ),
        ("[https://a.example/h]", {}, ["escalation"]),
    ],
)
def test_a_webhook_that_cannot_be_called_stops_the_start(
    config: Path, line: str, environment: dict[str, str], named: list[str]
) -> None:
    with pytest.raises(BadConfig) as raised:
        load(config, f"{GOOD}escalation: {line}\n", environment)

    assert [word for word in named if word not in str(raised.value)] == []
    assert SECRET not in str(raised.value)


def test_the_key_that_signs_replies_comes_from_the_environment_only(config: Path) -> None:
    key = "a key of more than twenty-four bytes"
    settings = load(config, GOOD, {"WARMLINE_PROVENANCE_KEY": key})

    assert settings.provenance_key is not None
    assert settings.provenance_key.get_secret_value() == key
    assert key not in repr(settings)
    assert load(config, GOOD, {"WARMLINE_PROVENANCE_KEY": ""}).provenance_key is None
    with pytest.raises(BadConfig, match=r"WARMLINE_PROVENANCE_KEY.* at least 24 bytes"):
        load(config, GOOD, {"WARMLINE_PROVENANCE_KEY": "short"})
    with pytest.raises(BadConfig, match="set WARMLINE_PROVENANCE_KEY") as raised:
        load(config, f"{GOOD}provenance_key: {SECRET}\n")
    assert SECRET not in str(raised.value)


def test_a_worker_is_redacted_where_it_is_remote_unless_its_line_says_otherwise(config: Path) -> None:
    def redacts(line: str) -> bool:
        return load(config, changed("name: two, ", f"name: two, {line}")).workers[1].redacts

    assert [redacts(line) for line in ("", "remote: true, ", "remote: true, redact: false, ", "redact: true, ")] == [
        False, True, False, True,
    ]  # fmt: skip
