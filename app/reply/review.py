"""What of one draft may be shown: each sentence is held until the checks have seen it."""

from collections.abc import Mapping, Sequence

from app.safety.checks import Checker
from app.safety.instructions import only_obeys
from app.safety.ratings import Action, Flag


class Review:
    """Takes one draft's sentences and lets those out that pass.

    Args:
        checker: of this reply.
        actions: check id to what is done about what it finds.
        ordered_by: the post, where it gives orders: then nothing leaves before the draft is known to be a reply.

    Attributes:
        text: what has passed so far.
        flags: what was found in it and may be shown all the same.
        found: every check that found something, and what was done.
        has_failed: a sentence did not pass; nothing after it is looked at.
        is_cut: the worker's filter ended it.
        is_final: no other draft is worth writing.
    """

    def __init__(self, checker: Checker, actions: Mapping[str, Action], ordered_by: str | None = None) -> None:
        self._checker = checker
        self._actions = actions
        self._ordered_by = ordered_by
        self._passed: list[str] = []
        self.flags: list[Flag] = []
        self.found: list[tuple[str, Action]] = []
        self.has_failed = False
        self.is_cut = False
        self.is_final = False

    def cut(self) -> None:
        """The worker's filter ended the draft; another one would end likewise."""
        self.is_cut = self.is_final = True

    @property
    def was_refused(self) -> bool:
        """Whether the model, or what its provider put around it, would not answer."""
        return self.is_cut or any(check == "refusal" for check, _ in self.found)

    @property
    def text(self) -> str:
        return "".join(self._passed)

    def end(self) -> list[str]:
        """The draft has ended: what was held back until now and may be shown."""
        if self._ordered_by is None or not self._passed:
            return []
        action = self._actions["obeys"]
        if action != "allow" and only_obeys(self.text, self._ordered_by):
            self.found.append(("obeys", action))
            if action == "flag":
                self.flags.append(Flag("obeys", 0, len(self.text)))
            else:
                self.has_failed, self.is_final = True, action == "drop"
                self._passed, self.flags = [], []
        return self._passed

    def take(self, sentences: Sequence[str]) -> list[str]:
        """Those that may be shown, in order; from the first that did not pass on, none."""
        passed: list[str] = []
        for sentence in sentences:
            if not self.has_failed and self._passes(sentence):
                self._passed.append(sentence)
                passed.append(sentence)
        return passed if self._ordered_by is None else []

    def _passes(self, sentence: str) -> bool:
        flags = []
        for flag in self._checker.check(sentence):
            action = self._actions[flag.id]
            if action == "allow":
                continue
            self.found.append((flag.id, action))
            if action == "flag":
                flags.append(flag)
            else:
                self.has_failed = True
                self.is_final = self.is_final or action == "drop"
        if not self.has_failed:
            self.flags += flags
        return not self.has_failed
