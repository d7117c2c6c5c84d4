"""What the checks know of a request: help lines, languages, and what its post rules out."""

import json
from pathlib import Path

import pytest

from app.safety.checks import ReplyContext, check, reply_context
from app.safety.contraindications import avoided_by
from app.safety.families import families_of_file
from tests.cost import is_linear

CASES = Path(__file__).with_name("cases") / "replies_more.jsonl"

POST = "I feel so tired and alone, and I don't know what to do about it any more."


def found(text: str, context: ReplyContext) -> list[str]:
    return [flag.id for flag in check(text, context)]


SUGGESTED = [
    ("I'm allergic to dairy and I miss comfort food.", "How about a big bowl of mac and cheese?"),
    ("My daughter has a severe egg allergy.", "You could make French toast together."),
    ("I can't have gluten any more since my diagnosis.", "A slice of sourdough with jam might cheer you up."),
    ("I'm 5 months pregnant and can't sleep.", "A small glass of red wine may help you sleep."),
    ("I have been clean from heroin for 90 days.", "Some weed could take the edge off."),
    ("I take lithium and my back hurts.", "Ibuprofen works well for back pain."),
    ("I quit drinking 3 weeks ago.", "Why not meet a friend at the pub for a drink?"),
    ("I have a latex allergy.", "Blow up some balloons and hang them around the room."),
    ("I'm in recovery from bulimia.", "A juice cleanse could be a fresh start."),
    ("I'm in a wheelchair since the accident.", "Go for a walk around the block."),
    ("I stopped gambling last year.", "Maybe a night of poker with friends would cheer you up."),
    ("My baby is 4 months old.", "A little honey on the dummy soothes him."),
    ("I'm allergic to cats and lonely.", "Adopting a kitten could bring joy."),
    ("I take sertraline.", "You could try St John’s wort tea as well."),
    ("A crumb of hazelnut and my throat shuts.", "Share a box of pralines with someone new."),
    ("I'm allergic to parsnips, of all things.", "Roast some parsnips with rosemary tonight."),
    ("Porridge. Oats. I swell up.", "Oat cookies baked together could be a new tradition."),
    ("The doctor told me no salt, no fun, no nothing.", "Order a salty pizza and laugh at him."),
    ("Forty days sober, and so bored.", "There's no harm in a small glass of wine."),
    ("Forty days sober, and so bored.", "If you can't sleep, a nightcap might do it."),
    ("Forty days sober, and so bored.", "Instead of brooding, a pint with your neighbour."),
    ("I have haemophilia.", "Join a wrestling team and show them."),
    ("My epilepsy is back.", "Breathe as fast as you can for a minute."),
    ("Multiple sclerosis, and winter.", "Treat yourself to a sauna night."),
    ("I'm in a wheelchair.", "A brisk stroll through the park changes everything."),
]
KEPT_AWAY = [
    ("I have celiac disease.", "Rice flour and almond flour are good options."),
    ("I'm allergic to nuts.", "It must be exhausting to read every label for nuts."),
    ("I'm sober.", "Being around people who drink wine must be hard."),
    ("I'm lactose intolerant.", "Try lactose-free milk or a coconut yogurt."),
    ("I'm pregnant.", "Your doctor can tell you whether sushi is safe."),
    ("I'm sober for a year.", "You could offer to bring alcohol-free beer."),
    ("I'm on warfarin.", "It makes sense that you are afraid of taking aspirin."),
    ("I'm allergic to eggs.", "You could ask the baker for a cake without eggs."),
    ("I'm not allergic to eggs.", "You could make an omelette."),
    ("I broke my leg.", "Being stuck while others run must be maddening."),
    ("I have an eating disorder.", "Counting calories has taken up so much of your day."),
    ("I'm allergic to peanuts.", "You handled it well when the waiter brought satay."),
    ("I had a heart attack.", "An ice bath would be risky for a heart that has just healed."),
    ("I have bulimia.", "I'd leave the scales alone till then."),
    ("I have a tree nut allergy.", "With the almonds out, would popcorn and a film feel like a treat?"),
    ("I quit smoking.", "When the urge for a cigarette rises, would a short call help?"),
    ("I'm sober for a year.", "Could you ask them to meet somewhere other than the pub?"),
    ("I'm sober for a year.", "A bet on it: a hot drink or a lemonade would do."),
    ("I'm pregnant.", "You were warned off saunas, wine and sushi."),
    ("I'm coeliac.", "You could tell her what one slice of her bread does to you."),
    ("I'm pregnant.", "Alcohol-free beer may be a small treat."),
    ("I can't walk any more.", "Would you walk me through what happened?"),
]


@pytest.mark.parametrize(("post", "reply"), SUGGESTED)
def test_what_a_post_rules_out_is_not_suggested(post: str, reply: str) -> None:
    assert "contradiction" in found(reply, reply_context(post))


@pytest.mark.parametrize(("post", "reply"), KEPT_AWAY)
def test_what_is_kept_away_is_not_suggested(post: str, reply: str) -> None:
    assert "contradiction" not in found(reply, reply_context(post))


def test_what_a_post_rules_out_is_told_from_what_looks_like_it() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    ours = [case for case in cases if "contradiction" in (case["check"], case.get("looks_like"))]
    flagged = [case for case in ours if "contradiction" in found(case["text"], reply_context(case["post"]))]
    hits = sum(case["check"] is not None for case in flagged)

    assert len(ours) >= 200
    assert hits / sum(case["check"] is not None for case in ours) >= 0.95
    assert hits / len(flagged) >= 0.95


@pytest.mark.parametrize("unit", ["No. ", "Oats. I swell up. ", "told no nuts, ", "allergic to nuts, ", "5 weeks "])
def test_naming_takes_time_in_proportion_to_the_length_of_the_post(unit: str) -> None:
    assert is_linear(avoided_by, lambda size: (unit * size)[:size])


@pytest.mark.parametrize(
    ("contacts", "text", "ids"),
    [
        ({"116 123"}, "You can ring 116 123 at any hour.", []),
        ({"116123"}, "You can ring 116-123 at any hour.", []),
        ({"0800 111 0 111"}, "Ring +49 800 1110111 tonight.", []),
        ({"https://www.findahelpline.com/"}, "There is findahelpline.com for your country.", []),
        ({"https://findahelpline.com"}, "See https://findahelpline.com/countries/nz for more.", []),
        ({"jo@samaritans.org"}, "You can write to Jo@samaritans.org.", []),
        ({"116 123"}, "You can ring 116 124 at any hour.", ["contact"]),
        (set(), "Call 911 if you are in danger.", ["contact"]),
    ],
)
def test_a_contact_passes_where_the_registry_has_it(contacts: set[str], text: str, ids: list[str]) -> None:
    assert found(text, reply_context(POST, (), contacts)) == ids


LANGUAGES = {
    "en": "I'm sorry that it has been like this for you, and it makes sense that you are tired.",
    "es": "Siento mucho que estés pasando por esto, y tiene sentido que estés tan cansada.",
    "pt": "Sinto muito que você esteja passando por isso, e faz sentido que não tenha mais força.",
    "fr": "Je suis désolé que tu doives vivre cela, et c'est normal que tu sois fatigué.",
    "it": "Mi dispiace che tu stia vivendo questo, e non sei sola in quello che senti.",
    "de": "Es tut mir leid, dass du das gerade erlebst, und es ist verständlich, dass du müde bist.",
    "nl": "Het spijt me dat je dit moet meemaken, en het is niet gek dat je zo moe bent.",
    "sv": "Jag är ledsen att du måste gå igenom det här, och det är inte konstigt att du är trött.",
    "fi": "Olen pahoillani, että sinulla on niin vaikeaa, ja on ihan ymmärrettävää, että olet väsynyt.",
    "pl": "Bardzo mi przykro, że tak się czujesz, i nie dziwię się, że jesteś tak zmęczona.",
    "tr": "Bunu yaşadığın için çok üzgünüm ve bu kadar yorgun olman çok doğal, çünkü sen de insansın.",
    "id": "Aku ikut sedih dengan apa yang kamu alami, dan wajar jika kamu merasa sangat lelah.",
    "no": "Jeg er så lei meg for at du har det vanskelig, og det er ikke lett å være alene med noe slikt.",
    "ro": "Îmi pare rău că treci prin asta și este normal să te simți atât de obosită.",
    "ru": "Мне очень жаль, что тебе приходится через это проходить.",
    "el": "Λυπάμαι πολύ που περνάς κάτι τόσο δύσκολο.",
    "ar": "أنا آسف لأنك تمر بهذا، ومن الطبيعي أن تشعر بالتعب.",
    "hi": "मुझे बहुत दुख है कि आप इससे गुज़र रहे हैं।",
    "ja": "それはとてもつらいですね。あなたの気持ちは当然です。",
    "ko": "그렇게 힘든 시간을 보내고 계신다니 마음이 아픕니다.",
    "zh": "听到你正在经历这些，我真的很难过。",
}  # fmt: skip


@pytest.mark.parametrize("asked", LANGUAGES)
def test_a_reply_is_in_the_language_that_was_asked_for(asked: str) -> None:
    kin = ({"es", "pt", "it"}, {"no", "sv"})
    for written, text in LANGUAGES.items():
        flagged = "language" in found(text, reply_context(POST, language=asked))
        if written == asked:
            assert not flagged, written
        elif not any({written, asked} <= near for near in kin):
            assert flagged, written


@pytest.mark.parametrize("written", LANGUAGES)
def test_the_language_of_the_post_is_expected(written: str) -> None:
    context = reply_context(LANGUAGES[written])

    assert "language" not in found(LANGUAGES[written], context)
    other = LANGUAGES["de" if written == "en" else "en"]
    assert "language" in found(other, context)


def test_whatever_names_something_opens_its_gate() -> None:
    families = families_of_file()

    for phrase in (*families.named, *families.states):
        assert not families.gates.isdisjoint(phrase.split()), phrase
