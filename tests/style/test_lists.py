"""The entries of the word lists: each can match, is said once, and catches words of its own idea alone."""

from importlib.resources import files

import pytest

from app.style.chunks import LEXICON
from app.style.text import Text
from app.style.word_lists import word_list

NAMES = sorted(path.name.removesuffix(".txt") for path in files("app.style").joinpath("lists").iterdir())
# Each line is one language there, and languages share words.
CLASSES = [name for name in NAMES if name != "other_languages"]

# What a text about feelings says, and the list that must hold it.
HELD = {
    "emotion_positive": """
        happily overjoyed delighted cheerful giggling chuckled smiling grinning laughter amusing beloved adored
        affectionate cherished heartwarming relaxed relieved serenity soothed contentment cosy reassured reassuring
        hopeful optimistic uplifted encouraging excited eagerly enthusiastic thrilled grateful appreciated blessed
        proudly wonderful terrific marvellous fascinating enjoyable pleasurable satisfying fulfilment inspiring
        compassionate empathetic congratulations
    """,
    "negative_emotions": """
        angry enraged outraged furious fuming indignant irritable irritation frustrated annoying grumpy impatient
        hateful hostile resentful bitterly vindictive grudge scornful loathing disgusted jealous envied frightened
        terrified terrifying horrified dreaded dreadful panicky petrified intimidated paranoid worried worrying
        anxiety anxiously anxiety-inducing nervous uneasy jittery tense apprehensive insecure agitated fretting
        unsettled unnerving self-doubt stressed stressful overwhelmed desperate embarrassed ashamed shameful awkward
        humiliated mortified confused bewildered distraught distressing painfully hurting agonizing anguish suffering
        tormented tortured traumatic traumatised unbearable gut-wrenching abandoned abandonment betrayed betrayal
        rejected rejection neglected unloved unwanted upsetting disturbing troubling shocked appalled uncomfortable
        exhausted exhausting exhaustion draining weary burnout bored apathetic numb guilty remorseful awful lousy
        saddened sorrowful unhappy gloomy mourning bereaved grieving grieved crying weeping sobbing tearful depressed
        miserable despairing heartbroken lonely homesick regretted nostalgic disappointed discouraged demoralized
        hopeless helpless devastated shattered crushed worthless emptiness
    """,
    "referral": """
        professional therapist therapy counselor counselling psychologist psychiatrist psychotherapist hotlines
        helpline
    """,
    "casual_markers": "hey oh dude totally kinda gonna yikes wow",
}
# Words that a stem might catch, or that most often mean something else, and the lists that must not hold them.
NOT_HELD = {
    "emotion_positive": """
        terrify grind grinder relies relied religious serenade serendipity sooth-sayer laughable laughingstock
        romanticized relaxant optimisation entertainer thriller anticipate anticipated satisfactory fantastical wonder
        wonders content contents warm euphorbia
    """,
    "negative_emotions": """
        terrific terrorist terrorism dreadlocks dreadnought panicle jitterbug fretwork stress-free worry-free
        guilt-free guiltless shameless shamelessly remorseless fumble fumbled fume fumes fumigate incense loath
        grudgingly spite agonist exhaust exhaustive exhaustively shockwave shockproof trauma-informed disturbance
        grievance grievous depressurize devastator crush blue agitator impatiens bittersweet apprehend
    """,
    "referral": "therapeutic therapeutics counsel psychology psychological profession professionally",
    "casual_markers": "man men there however",
}


@pytest.mark.parametrize("name", HELD)
def test_a_list_holds_the_words_of_its_idea(name: str) -> None:
    assert [word for word in HELD[name].split() if name not in LEXICON[word]] == []


@pytest.mark.parametrize("name", NOT_HELD)
def test_a_list_holds_no_words_of_another_idea(name: str) -> None:
    assert [word for word in NOT_HELD[name].split() if name in LEXICON[word]] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_can_match(name: str) -> None:
    entries = [entry.removesuffix("*") for entry in word_list(name)]

    assert [entry for entry in entries if Text.of(entry).words != [entry]] == []


@pytest.mark.parametrize("name", CLASSES)
def test_no_entry_is_said_twice(name: str) -> None:
    entries = word_list(name)
    stems = [entry for entry in entries if entry.endswith("*")]
    covered = [
        entry for entry in entries for stem in stems if entry != stem and entry.removesuffix("*").startswith(stem[:-1])
    ]

    assert len(entries) == len(set(entries))
    assert covered == []


def test_no_word_is_for_good_and_bad_feelings_at_once() -> None:
    words = [entry.removesuffix("*") for name in NAMES if name.startswith("emotion_") for entry in word_list(name)]

    assert [word for word in words if {"emotion_positive", "negative_emotions"} <= set(LEXICON[word])] == []


@pytest.mark.parametrize(
    "text", ["In spite of it all, you got up.", "I wonder what he wants.", "It came out of the blue."]
)
def test_common_turns_of_phrase_are_no_feelings(text: str) -> None:
    sums = Text.of(text).sums

    assert sums["emotion_positive"] == sums["negative_emotions"] == 0
