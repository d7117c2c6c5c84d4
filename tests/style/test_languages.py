"""Other languages and scripts: English measures are null, counts hold, nothing is made up."""

import pytest

from app.style.measures import MEASURES, measure

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
