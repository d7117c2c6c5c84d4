"""What operators ask: is the process alive, could it write a reply, which models, which numbers."""

import msgspec
from fastapi import APIRouter, Response

from app.api.key_gate import OPTIONAL_IN_OPENAPI, KeyDep
from app.api.problems import described
from app.api.schemas import TEXT, answered, list_of, nullable, object_of
from app.api.services import ServicesDep
from app.errors import InvalidKey
from app.telemetry.metrics import CONTENT_TYPE

router = APIRouter(tags=["operations"])


_WORKER = object_of(
    {
        **dict.fromkeys(("name", "state", "breaker"), TEXT),
        "reason": nullable(TEXT),
    }
)
_MODEL = object_of(
    {
        "name": TEXT,
        "default": {"type": "boolean"},
        "state": {"enum": ["ready", "down"]},
        "fallback": nullable(TEXT),
        "workers": list_of(_WORKER),
    }
)
_NOT_READY = object_of({"status": {"const": "not ready"}, "reasons": list_of(TEXT)})


@router.get("/healthz", summary="Is the process alive?", responses=answered(object_of({"status": {"const": "ok"}})))
async def report_health() -> Response:
    """Always 200 while the process answers; says nothing about workers."""
    return _json({"status": "ok"})


@router.get(
    "/readyz",
    summary="Could a reply be made now?",
    responses={
        **answered(object_of({"status": {"const": "ready"}})),
        503: {
            "description": "No; `reasons` says why: it is draining, or a line a worker.",
            "content": {"application/json": {"schema": _NOT_READY}},
        },
    },
)
async def report_readiness(services: ServicesDep) -> Response:
    """200 when the default model, or a fallback of it, has a worker that can write, else 503 with the reasons.

    A process that drains is not ready, whoever could write.
    """
    if services.drain.has_begun:
        return _json({"status": "not ready", "reasons": ["draining: this process is ending"]}, 503)
    models = services.pipeline.line(services.settings.default_model)
    reasons = [services.pool.why_not_ready(model) for model in models]
    if not all(reasons):
        return _json({"status": "ready"})
    return _json({"status": "not ready", "reasons": [line for lines in reasons for line in lines]}, 503)


@router.get(
    "/models",
    summary="The public models, their workers and state",
    responses={**answered(object_of({"models": list_of(_MODEL)})), **described(InvalidKey)},
    openapi_extra=OPTIONAL_IN_OPENAPI,
)
async def list_models(services: ServicesDep, _key: KeyDep) -> Response:
    """A model is ready when one of its workers is; where none is, its fallback writes."""
    models = []
    for name, workers in services.pool.models.items():
        models.append(
            {
                "name": name,
                "default": name == services.settings.default_model,
                "state": "down" if services.pool.why_not_ready(name) else "ready",
                "fallback": services.settings.models[name].fallback,
                "workers": [
                    {
                        "name": worker.name,
                        "state": worker.state,
                        "breaker": worker.breaker.state,
                        "reason": worker.why_not(),
                    }
                    for worker in workers
                ],
            }
        )
    return _json({"models": models})


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    responses={200: {"description": "Prometheus's text format.", "content": {"text/plain": {"schema": TEXT}}}},
)
async def expose_metrics(services: ServicesDep) -> Response:
    """In Prometheus's text format; labels come from the config and from closed lists only."""
    return Response(services.metrics.expose(), media_type=CONTENT_TYPE)


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status_code=status, media_type="application/json")
