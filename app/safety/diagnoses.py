"""What somebody says that he or she has: a reply may name it, too."""

from collections.abc import Sequence

# Not what is also the name of a feeling: who has panic attacks has not told of a disorder.
_DIAGNOSES = frozenset(
    "depression anxiety ptsd adhd autism autistic bipolar bpd borderline ocd anorexia anorexic bulimia bulimic"
    " narcissist narcissistic narcissism psychosis psychotic schizophrenia schizophrenic sociopath psychopath addict"
    " addiction alcoholic alcoholism dementia dyslexia dyslexic".split()
)
# Of these, one stands shortly before what is somebody's own; and of those, where it is only asked for.
_OWN = frozenset("i'm im i've ive am my have had having got with has his her diagnosed being".split())
_ORDERED = frozenset(
    "tell say write reply answer call label repeat diagnose output print pretend confirm whether if".split()
)
_REACH, _FAR_REACH = 4, 8


def own_diagnoses(words: Sequence[str]) -> frozenset[str]:
    """The words for disorders that a post says its writer, or somebody in it, has; not those that it wants to hear.

    Args:
        words: of the post, lower case.
    """
    return frozenset(
        word
        for place, word in enumerate(words)
        if word in _DIAGNOSES
        and not _OWN.isdisjoint(words[max(0, place - _REACH) : place])
        and _ORDERED.isdisjoint(words[max(0, place - _FAR_REACH) : place])
    )
