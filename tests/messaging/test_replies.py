"""The grammar of replies: how people write, and what is left to people."""

import pytest

from mra.messaging.replies import SPELLINGS, ReplyWord, is_written_in_english, word_of

W = ReplyWord


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("はい", W.YES),
        ("ハイ", W.YES),
        ("ﾊｲ", W.YES),
        ("はい。", W.YES),
        ("はーい！", W.YES),
        (" は い ", W.YES),
        ("「はい」", W.YES),
        ("はい、お願いします。", W.YES),
        ("はい🙂", W.YES),
        ("1", W.YES),
        ("１", W.YES),
        ("①", W.YES),
        ("1.", W.YES),
        ("YES", W.YES),
        ("Ｙｅｓ", W.YES),
        ("yes, please!", W.YES),
        ("ＯＫ", W.YES),
        ("いいえ", W.NO),
        ("イイエ", W.NO),
        ("ｲｲｴ", W.NO),
        ("いいえ\n", W.NO),
        ("2", W.NO),
        ("２", W.NO),
        ("②", W.NO),
        ("No", W.NO),
        ("no, thank you.", W.NO),
        ("辞退します", W.NO),
        ("辞退いたします。", W.NO),
        ("延長", W.EXTEND),
        ("延長希望", W.EXTEND),
        ("延長 お願いします", W.EXTEND),
        ("Extend", W.EXTEND),
        ("返却", W.RETURN),
        ("返却します。", W.RETURN),
        ("RETURN", W.RETURN),
        ("停止", W.STOP),
        ("配信停止", W.STOP),
        ("ストップ", W.STOP),
        ("ｽﾄｯﾌﾟ", W.STOP),
        ("stop", W.STOP),
        ("ＳＴＯＰ", W.STOP),
        ("Stop.", W.STOP),
        ("STOP ALL", W.STOP),
        ("OPT-OUT", W.STOP),
        ("UNSUBSCRIBE", W.STOP),
        ("再開", W.START),
        ("START", W.START),
        ("HELP", W.HELP),
        ("ヘルプ", W.HELP),
        ("Info", W.HELP),
        ("？", W.HELP),
    ],
)
def test_a_reply_is_read_however_it_is_typed(text: str, word: ReplyWord) -> None:
    assert word_of(text) is word


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "。",
        "はい、でも別の日にできますか",
        "いいえ、まだ使っています",
        "はい いいえ",
        "12",
        "21",
        "3",
        "1か2か分かりません",
        "結構です",
        "キャンセル",
        "延長できますか",
        "返却日はいつですか",
        "停止しないで",
        "yesterday",
        "stop sign",
        "電話ください",
        "👍",
        "\x00",
        "はい" * 800,
    ],
)
def test_what_is_not_a_whole_answer_is_left_to_people(text: str) -> None:
    assert word_of(text) is None


def test_no_spelling_means_two_things() -> None:
    for word, spellings in SPELLINGS.items():
        for spelling in spellings.split():
            assert word_of(spelling) is word, spelling


def test_twilios_own_words_stop_here_too() -> None:
    own = ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL")
    assert {word_of(word) for word in own} == {W.STOP}


@pytest.mark.parametrize(
    ("text", "is_english"),
    [("please call me", True), ("Ｈｅｌｌｏ", True), ("OKです", False), ("1", False), ("", False)],
)
def test_latin_letters_alone_are_english(text: str, is_english: bool) -> None:
    assert is_written_in_english(text) is is_english
