"""Series that are removed are gone, and counted anew when their name comes back."""

from app.telemetry.metrics import Metrics


def _value(metrics: Metrics, model: str) -> str | None:
    for line in metrics.expose().decode().splitlines():
        if line.startswith(f'warmline_replies_total{{model="{model}",outcome="reply"}}'):
            return line.rpartition(" ")[2]
    return None


def test_a_model_that_comes_back_is_counted_from_nothing() -> None:
    metrics = Metrics(["kept", "gone"])
    for model in ("kept", "gone", "gone"):
        metrics.reply_began(model)
        metrics.reply_ended(model, "reply", 1.0)

    metrics.forget_others({"model": ["kept"]})
    assert (_value(metrics, "kept"), _value(metrics, "gone")) == ("1.0", None)

    metrics.expect(["kept", "gone"])
    metrics.reply_ended("gone", "reply", 1.0)
    assert (_value(metrics, "kept"), _value(metrics, "gone")) == ("1.0", "1.0")
