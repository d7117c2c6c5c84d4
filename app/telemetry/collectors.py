"""Every Prometheus collector of the service: its name, what it tells, its labels."""

# Replies take seconds; the gateway's own share takes milliseconds.
_REPLY_S = (0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60)
_FIRST_TOKEN_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 15)
_WORDS = (25, 50, 75, 100, 125, 150, 200, 300, 400)
_REDIS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 1)
_ESCALATION_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_HTTP_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

# name: (what it tells, labels)
COUNTERS = {
    "warmline_replies_total": (
        "Replies asked for, by model and how they came out: an outcome of the contract or an error's slug.",
        ("model", "outcome"),
    ),
    "warmline_tokens_total": ("Tokens as the workers count them; kind is prompt or completion.", ("model", "kind")),
    "warmline_prefix_cache_tokens_total": (
        "Prompt tokens by whether the worker had them in its prefix cache (hit) or read them (miss), where it says so.",
        ("model", "result"),
    ),
    "warmline_replies_sounding_total": (
        "Replies by the model asked for and the source that they sound like, where the config names a signature.",
        ("model", "sounds_like"),
    ),
    "warmline_http_requests_total": (
        "HTTP requests by route template, method and status; 499 means that the client left.",
        ("route", "method", "status"),
    ),
    "warmline_worker_faults_total": (
        "Attempts that a worker did not fulfil, by the error's slug.",
        ("worker", "fault"),
    ),
    "warmline_worker_attempts_total": ("Attempts begun, retries included.", ("worker",)),
    "warmline_worker_breaker_openings_total": ("How often the worker was left alone after failures.", ("worker",)),
    "warmline_retries_total": ("Further attempts, by the slug of the error before them.", ("model", "reason")),
    "warmline_retry_budget_exhausted_total": ("Attempts given up because retries are a share of traffic.", ("model",)),
    "warmline_fallbacks_total": ("Replies that another model wrote than the one asked for.", ("model", "fallback")),
    "warmline_admission_refused_total": (
        "Drafts refused for want of room; reason is full (the queue) or late (waited too long).",
        ("reason",),
    ),
    "warmline_key_requests_total": ("Requests that a key was let in with, replays included.", ("key",)),
    "warmline_key_tokens_total": ("Tokens of a key, as its limit counts them.", ("key",)),
    "warmline_key_refusals_total": (
        "Requests turned away by a limit of their key; without a good key, the key is '-'.",
        ("key", "reason"),
    ),
    "warmline_key_overruns_total": ("Urgent requests let in although the limit was reached.", ("key", "reason")),
    "warmline_limits_degraded_total": ("Decisions made by this process alone, since Redis was gone or slow.", ()),
    "warmline_redis_errors_total": ("Questions that Redis did not answer, by how.", ("failing",)),
    "warmline_idempotency_total": ("What became of requests whose Idempotency-Key was there before.", ("outcome",)),
    "warmline_posts_screened_total": (
        "Posts by who looked at them (lexical: patterns; model: the second look), the level and whose danger it is.",
        ("layer", "level", "subject"),
    ),
    "warmline_second_look_failures_total": ("Posts that the model of the second look did not rate in time.", ()),
    "warmline_reply_checks_total": (
        "What the checks found in drafts, and what was done: flag, regenerate or drop.",
        ("check", "action"),
    ),
    "warmline_config_reloads_total": (
        "New contents of the config file; a refused one left the old config in force.",
        ("result",),
    ),
    "warmline_redactions_total": (
        "What was replaced in the texts sent to workers that get them redacted, by what it was, at each attempt.",
        ("kind",),
    ),
    "warmline_escalations_total": (
        "Grave posts told to the webhook: delivered, failed after the last attempt, or dropped for want of room.",
        ("result",),
    ),
    "warmline_escalation_retries_total": ("Further attempts to tell the webhook of a post.", ()),
    "warmline_embedded_restarts_total": ("How often the embedded model had to be started again.", ("worker",)),
}
GAUGES = {
    "warmline_replies_in_flight": ("Replies that are being made.", ("model",)),
    "warmline_worker_up": ("1 when the worker can write.", ("worker",)),
    "warmline_worker_in_flight": ("Drafts under way at the worker.", ("worker",)),
    "warmline_worker_breaker": ("0 closed, 1 half-open, 2 open.", ("worker",)),
    "warmline_engine_load_age_seconds": ("Since the engine last told its load; NaN: it never did.", ("worker",)),
    "warmline_admission_in_flight": ("Drafts under way in this process.", ()),
    "warmline_admission_queued": ("Drafts that wait for room.", ()),
    "warmline_admission_limit": ("Ordinary drafts that may be under way.", ()),
    "warmline_draining": ("1 from a SIGTERM on: new requests are refused.", ()),
    "warmline_key_in_flight": ("Leases of the key that this process holds.", ("key",)),
    "warmline_redis_down": ("1 while this process keeps limits alone although a Redis is configured.", ()),
    "warmline_idempotency_entries": ("Replies kept for their Idempotency-Key, or being made.", ("state",)),
    "warmline_help_lines": ("Help lines that can be named.", ()),
    "warmline_help_lines_stale": ("Help lines that nobody has verified for 180 days.", ()),
    "warmline_idempotency_bytes": ("Size of the replies kept for their Idempotency-Key.", ()),
    "warmline_config_last_reload_successful": ("1 when the config file as it is now is in force.", ()),
    "warmline_config_last_reload_success_timestamp_seconds": ("When the config in force was read, Unix time.", ()),
    "warmline_build_info": ("1, with the version as a label.", ("version",)),
}
# name: (what it tells, labels, upper bounds)
HISTOGRAMS = {
    "warmline_reply_duration_seconds": (
        "From the request to the last byte of the reply.",
        ("model", "outcome"),
        _REPLY_S,
    ),
    "warmline_first_token_seconds": (
        "From the request to the worker's first token, where the worker streamed.",
        ("model",),
        _FIRST_TOKEN_S,
    ),
    "warmline_queue_seconds": ("How long drafts waited for room, also those refused in the end.", (), _HTTP_S),
    "warmline_reply_words": ("Length of a model's reply, in words.", ("model",), _WORDS),
    "warmline_gateway_seconds": (
        "The part of a reply's time that was not spent waiting for a worker.",
        ("model",),
        _HTTP_S,
    ),
    "warmline_redis_seconds": ("What a question to Redis took, answered or not.", (), _REDIS_S),
    "warmline_escalation_lag_seconds": (
        "From a grave post to the webhook's answer that it was told.",
        (),
        _ESCALATION_S,
    ),
    "warmline_http_request_duration_seconds": (
        "From the first to the last byte of an HTTP exchange.",
        ("route", "method"),
        _HTTP_S,
    ),
}
