"""What the routes work with, made once in `app.main` and handed over by the lifespan."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.access.assembly import Access
from app.api.draining import Drain
from app.escalation.webhook import Escalation
from app.reply.care import Care
from app.reply.pipeline import Pipeline
from app.settings import Settings
from app.style.signature import Signature
from app.telemetry.metrics import Metrics
from app.workers.pool import Pool


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    metrics: Metrics
    pool: Pool
    pipeline: Pipeline
    access: Access
    drain: Drain
    care: Care
    escalation: Escalation
    signature: Signature | None = None


@dataclass(slots=True)
class InForce:
    """Holds the services of the config in force; a request goes on with those that it began with."""

    services: Services


async def _services(request: Request) -> Services:  # a plain function would cost a thread each time
    services: Services = request.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]
"""The app's services, for a route's signature."""
