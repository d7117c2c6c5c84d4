"""Other languages and scripts: English measures are null, counts hold, nothing is made up."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from app.style.measures import MEASURES, measure
from app.style.text import Text
from app.style.word_lists import lines_of, word_list

CASES = Path(__file__).parent / "cases"
DATA = Path(__file__).parents[3] / "shared/data"

OTHER_LANGUAGES = {
    "German": "Das klingt wirklich schwer. Du hast so viel getragen, und niemand hat dir in den Nächten zugehört.",
    "Dutch": "Wat een zware week voor je. Het is niet raar dat je moe bent. Is er iemand met wie je kunt praten?",
    "Danish": "Det er helt i orden at være ked af det. Du har båret så meget for andre, og det er svært.",
    "Swedish": "Det låter så tungt. Du har burit det här alldeles för länge, och du får vara trött.",
    "Spanish": "Lamento mucho que te sientas así. No es tu culpa, y me alegra que hayas escrito esta noche.",
    "Portuguese": "Sinto muito que você esteja passando por isso. Não há nada de errado em pedir ajuda.",
    "French": "Je suis désolé que tu traverses cela. Ce que tu ressens a du sens, et tu peux en parler.",
    "Italian": "Mi dispiace tanto per quello che stai vivendo. Non devi portare tutto da sola.",
    "Polish": "Bardzo mi przykro, że to cię spotkało. To, co czujesz, ma sens.",
    "Turkish": "Bunları yaşadığın için çok üzgünüm. Belki bu akşam bir arkadaşınla konuşabilirsin.",
    "Indonesian": "Aku turut sedih mendengar ceritamu. Perasaanmu masuk akal, dan kamu tidak sendirian.",
    "Russian": "Мне очень жаль, что так вышло. Ты не одна.",
    "Greek": "Λυπάμαι πολύ για όσα περνάς.",
    "Hebrew": "אני מצטער שאת עוברת את זה.",
    "Arabic": "أنا آسف لما تمر به. أنت لست وحدك.",
    "Hindi": "यह बहुत भारी है। आप अकेले नहीं हैं।",
    "Japanese": "とてもつらかったですね。あなたは一人ではありません。",
    "Chinese": "听起来真的很难。你已经很努力了。",
    "Korean": "많이 힘드셨겠어요. 당신은 혼자가 아니에요.",
    "Thai": "ฉันเสียใจด้วยจริงๆ",
    "Norwegian": "Det høres tungt ut. Du har båret dette alene altfor lenge, og du er ikke alene nå.",
    "Finnish": "Olen pahoillani, että sinulla on ollut noin raskasta. Et ole yksin tämän kanssa.",
    "Hungarian": "Nagyon sajnálom, hogy ezen mész keresztül. Nem vagy egyedül, és nem a te hibád.",
    "Czech": "To zní opravdu těžce. Nejsi v tom sama a nemusíš to zvládnout dnes večer.",
    "Romanian": "Îmi pare rău că treci prin asta. Nu ești singur și ceea ce simți are sens.",
    "Ukrainian": "Мені дуже шкода, що так сталося. Ти не сама, і твої почуття мають сенс.",
    "Persian": "متأسفم که این روزها این‌قدر سخت است. تو تنها نیستی.",
    "Urdu": "مجھے افسوس ہے کہ آپ اس سے گزر رہے ہیں۔ آپ اکیلے نہیں ہیں۔",
    "Bengali": "এটা সত্যিই অনেক কঠিন। আপনি একা নন।",
    "Tamil": "இது மிகவும் கடினமாக இருக்கும். நீங்கள் தனியாக இல்லை.",
    "Telugu": "ఇది చాలా కష్టంగా ఉంటుంది. మీరు ఒంటరి కాదు.",
    "Georgian": "ძალიან ვწუხვარ. მარტო არ ხარ.",
    "Armenian": "Շատ եմ ցավում։ Դու մենակ չես։",
    "Amharic": "በጣም አዝናለሁ። ብቻህን አይደለህም።",
    "Swahili": "Pole sana kwa yale unayopitia. Hauko peke yako, na si kosa lako.",
    "Vietnamese": "Mình rất tiếc vì bạn phải trải qua điều này. Bạn không cô đơn đâu.",
    "Tagalog": "Ikinalulungkot ko ang pinagdadaanan mo. Hindi ka nag-iisa rito.",
}
BORROWED = {
    "German": "Es tut mir so leid, was dir am Montag in der Schule passiert ist. So etwas hinterlässt Spuren.",
}


def assert_not_english(text: str) -> None:
    measured = measure(text, "You are not alone, and it is not your fault.")
    for name, entry in MEASURES.items():
        assert (measured[name] is None) is entry.english_only, name


@pytest.mark.parametrize("text", OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES)
def test_english_measures_are_none_for_other_languages_and_the_others_are_not(text: str) -> None:
    assert_not_english(text)


@pytest.mark.parametrize("text", OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES)
def test_counts_hold_in_every_language(text: str) -> None:
    once, twice = measure(text), measure(f"{text}\n{text}")

    for name in ("words", "sentences", "paragraphs"):
        assert once[name]
        if name == "sentences" and text[-1].isalnum():
            continue  # Thai writes no full stop
        assert twice[name] == 2 * once[name]  # type: ignore[operator]
    assert once["letters_per_word"] == twice["letters_per_word"]


def test_there_are_thirty_languages_and_more() -> None:
    assert len(OTHER_LANGUAGES) >= 30


@pytest.mark.parametrize("text", BORROWED.values(), ids=BORROWED)
def test_a_language_that_shares_short_words_with_english_is_not_taken_for_it(text: str) -> None:
    assert_not_english(text)


@pytest.mark.parametrize("post", OTHER_LANGUAGES.values(), ids=OTHER_LANGUAGES)
def test_a_reply_is_not_matched_with_a_post_in_another_language(post: str) -> None:
    assert measure("You are not alone, and it is not your fault.", post)["lsm"] is None


def read_cases(name: str) -> list[tuple[str, str]]:
    """Pairs of language and sentence."""
    lines = (CASES / f"languages_{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines if not line.startswith("#")]


TUNED, UNSEEN = read_cases("tuned"), read_cases("unseen")
# Nothing in them tells English: no function word, or none that is not as much at home elsewhere.
TOO_SHORT = {
    "So sorry.", "He sounds awful.", "Ask for help.", "Call a friend tonight.", "im so sorry", "Talk to her.",
    "Makes total sense to me.", "Hard days pass.", "Hold on.", "Keep going.",
}  # fmt: skip


def test_the_cases_are_as_many_as_they_should_be() -> None:
    foreign = [language for language, _ in TUNED + UNSEEN if language != "English"]

    assert len(foreign) >= 150
    assert len(set(foreign)) >= 40
    assert len(TUNED + UNSEEN) - len(foreign) >= 150


@pytest.mark.parametrize(("language", "sentence"), [case for case in TUNED + UNSEEN if case[0] != "English"])
def test_no_sentence_of_another_language_is_taken_for_english(language: str, sentence: str) -> None:
    assert not Text.of(sentence).is_english


@pytest.mark.parametrize("capitals", [str.lower, str.upper, str.title])
def test_all_of_a_language_together_is_not_taken_for_english(capitals: Callable[[str], str]) -> None:
    by_language: dict[str, list[str]] = defaultdict(list)
    for language, sentence in TUNED + UNSEEN:
        by_language[language].append(capitals(sentence))
    taken = {language for language, sentences in by_language.items() if Text.of(" ".join(sentences)).is_english}

    assert taken == {"English"}


def test_short_english_is_english_but_where_nothing_tells_it() -> None:
    sentences = [sentence for language, sentence in TUNED + UNSEEN if language == "English"]

    assert {sentence for sentence in sentences if not Text.of(sentence).is_english} == TOO_SHORT


@pytest.mark.parametrize("name", ["You", "That", "It", "The"])
def test_what_english_says_oftenest_tells_english_alone(name: str) -> None:
    assert Text.of(f"{name} hurts.").is_english


@pytest.mark.parametrize(
    ("text", "english"),
    [
        pytest.param(
            'My gran used to say "det går over, min ven", and I think she was right about that. You will feel better.',
            True,
            id="English around Danish",
        ),
        pytest.param(
            "Det er i orden at være ked af det. Min mormor sagde altid: it will be over by Easter. Og det var det.",
            False,
            id="Danish around English",
        ),
        pytest.param("Ich höre dir zu. Du bist nicht allein, und das weißt du. You've got this!", False, id="German"),
        pytest.param("C'est la vie, as they say, but this one is hard on you.", True, id="a French saying"),
        pytest.param("You could say to her: tu me manques, and see what she does with it.", True, id="a French phrase"),
    ],
)
def test_a_quotation_does_not_change_the_language(text: str, english: bool) -> None:
    assert Text.of(text).is_english is english


def test_a_fifth_of_the_words_must_be_function_words() -> None:
    assert Text.of("You rest, sleep, breathe, dance.").is_english
    assert not Text.of("You rest, sleep, breathe, dance, sing.").is_english


def test_each_language_is_told_by_enough_words_and_each_word_once() -> None:
    languages = [line.split() for line in lines_of("lists", "other_languages")]

    assert all(len(words) >= 10 for words in languages)
    for words in (list(word_list("function_words")), *languages):
        assert len(words) == len(set(words))


@pytest.mark.parametrize(("file", "field"), [("lee2024/replies", "reply"), ("mint2026/sentences", "sentence")])
def test_what_the_studies_models_wrote_is_english(file: str, field: str) -> None:
    path = DATA / f"{file}.jsonl"
    if not path.exists():
        pytest.skip("the study's texts are not here")
    texts = [json.loads(line)[field] for line in path.read_text(encoding="utf-8").splitlines()]

    assert sum(not Text.of(text).is_english for text in texts) <= 0.015 * len(texts)


ENGLISH = [
    "I'm so sorry that you feel alone.",
    "That sounds hard, and it makes sense that you are tired.",
    "you did what you could. be kind to yourself tonight",
    "Losing a friend hurts. You loved her, and she knew it.",
    "THAT IS SO UNFAIR AND I HATE IT FOR YOU!!",
    "omg thats awful, im here if u want to talk",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_no_measure_is_none_for_english_beside_a_post(text: str) -> None:
    assert None not in measure(text, "I am tired and nobody was there for me.").values()


@pytest.mark.parametrize("text", ENGLISH)
def test_without_a_post_only_what_compares_is_none(text: str) -> None:
    assert {name for name, value in measure(text).items() if value is None} == {"post_overlap", "lsm"}


COUNTS = {"words", "sentences", "paragraphs", "list_items", "casual_markers"}


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "!!!", "?", "💛", "— …", '""', "\ue000"], ids=ascii)
def test_a_text_without_words_has_counts_of_0_and_nothing_else(text: str) -> None:
    measured = measure(text)

    assert {name: measured[name] for name in COUNTS} == dict.fromkeys(COUNTS, 0)
    assert all(value is None for name, value in measured.items() if name not in COUNTS)
