"""The three ways in which a request is answered, as the contract has them."""

import secrets
from collections.abc import Iterable

from app.reply.care import Care, Resource
from app.reply.course import Course
from app.reply.prompt import PROMPT_VERSION
from app.reply.request import Delta, FinishReason, Outcome, Reply, ReplyRequest, Safety
from app.safety.provenance import Provenance, sign
from app.safety.ratings import Flag
from app.style.text import Style


class Outcomes:
    """Makes replies of texts, with all that belongs to them."""

    def __init__(self, care: Care) -> None:
        self._care = care

    def written(
        self,
        request: ReplyRequest,
        course: Course,
        text: str,
        ending: FinishReason,
        style: Style,
        flags: Iterable[Flag],
    ) -> Reply:
        """A model's reply that passed the checks; on a post that shows a risk, with help lines."""
        reply_id = _new_id()
        assert course.model
        return Reply(
            id=reply_id,
            outcome="reply",
            reply=text,
            model=course.model,
            worker=course.worker,
            finish_reason=ending,
            usage=course.usage,
            style=style,
            timing_ms=course.timing(),
            disclosure=self._care.texts(request).ai_disclosure(course.model),
            safety=_safety(course, flags),
            resources=self._resources(request, course),
            provenance=self._signed(reply_id, text, course.model),
        )

    def crisis_support(self, request: ReplyRequest, course: Course) -> list[Delta | Reply]:
        """The fixed text for somebody in danger, or who worries about somebody: no model has written a word of it."""
        texts, rating = self._care.texts(request), course.rating
        text = texts.crisis(
            rating.level, rating.subject, self._care.lines_for(request), self._care.emergency_for(request)
        )
        guidance = texts.helper_guidance(rating.level) if rating.subject == "other" else ()
        resources = self._resources(request, course)
        return self._fixed("crisis_support", text, request, course, resources, guidance)

    def held(self, request: ReplyRequest, course: Course) -> list[Delta | Reply]:
        """The fixed text that says that no draft was fit to show."""
        return self._fixed("held", self._care.texts(request).held, request, course)

    def _resources(self, request: ReplyRequest, course: Course) -> tuple[Resource, ...]:
        level = course.rating.level
        if level == "none":
            return ()
        return self._care.resources(request.country, request.language, urgent=level == "imminent")

    def _fixed(
        self,
        outcome: Outcome,
        text: str,
        request: ReplyRequest,
        course: Course,
        resources: tuple[Resource, ...] = (),
        guidance: tuple[str, ...] = (),
    ) -> list[Delta | Reply]:
        reply_id = _new_id()
        reply = Reply(
            id=reply_id,
            outcome=outcome,
            reply=text,
            model=None,
            worker=None,
            finish_reason=None,
            usage=None,
            style=None,
            timing_ms=course.timing(),
            disclosure=self._care.texts(request).no_model,
            safety=_safety(course),
            resources=resources,
            helper_guidance=guidance,
            provenance=self._signed(reply_id, text, None),
        )
        return [Delta(text, from_model=False), reply] if request.streamed else [reply]

    def _signed(self, reply_id: str, text: str, model: str | None) -> Provenance | None:
        if self._care.provenance_key is None:
            return None
        key = self._care.provenance_key
        return sign(key, reply_id=reply_id, text=text, model=model, prompt_version=PROMPT_VERSION)


def _safety(course: Course, flags: Iterable[Flag] = ()) -> Safety:
    rating = course.rating
    return Safety(
        rating.level,
        rating.subject,
        rating.types,
        rating.denied,
        rating.is_medical,
        rating.spans,
        course.layers,
        course.degraded,
        tuple(flags),
    )


def _new_id() -> str:
    return f"rpl_{secrets.token_hex(12)}"
