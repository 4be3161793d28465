"""Texts in the world's encodings are read correctly, or the guess is shown so that a person can change it."""

import pytest

from agentex_web.files.encodings import CHOICES, NotText, decode

CHINESE = "今天的会议改到下午三点，请大家准时参加。附件是本季度的销售报告，请在会前阅读。"
TAIWANESE = "今天的會議改到下午三點，請大家準時參加。附件是本季度的銷售報告，請在會前閱讀。"
JAPANESE = "本日の会議は午後三時に変更になりました。添付の資料を事前にお読みください。"
KOREAN = "오늘 회의는 오후 세 시로 변경되었습니다. 첨부된 자료를 미리 읽어 주세요."
RUSSIAN = "Сегодняшняя встреча перенесена на три часа дня. Пожалуйста, прочитайте отчёт заранее."
CZECH = "Dnešní schůzka byla přesunuta na tři hodiny. Přečtěte si prosím přiloženou zprávu předem."
GREEK = "Η σημερινή συνάντηση μεταφέρθηκε στις τρεις το απόγευμα. Παρακαλώ διαβάστε την αναφορά."
TURKISH = "Bugünkü toplantı öğleden sonra saat üçe alındı. Lütfen ekteki raporu önceden okuyunuz."
HEBREW = "הפגישה היום נדחתה לשעה שלוש אחר הצהריים. אנא קראו את הדוח המצורף מראש."
ARABIC = "تم تأجيل اجتماع اليوم إلى الساعة الثالثة بعد الظهر. يرجى قراءة التقرير المرفق مسبقا."
THAI = "การประชุมวันนี้เลื่อนไปเป็นเวลาบ่ายสามโมง กรุณาอ่านรายงานที่แนบมาล่วงหน้า"
GERMAN = "Grüße aus München – „schön“"


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("gbk", CHINESE, "GB18030"),
        ("gbk", "姓名,城市\n张伟,北京\n王芳,上海\n", "GB18030"),
        ("big5", TAIWANESE, "Big5"),
        ("cp932", JAPANESE, "Shift_JIS"),
        ("euc_jp", JAPANESE, "EUC-JP"),
        ("cp949", KOREAN, "EUC-KR"),
        ("cp1251", RUSSIAN, "Windows-1251"),
        ("koi8_u", RUSSIAN, "KOI8-U"),
        ("cp866", RUSSIAN, "CP866"),
        ("cp1250", CZECH, "Windows-1250"),
        ("cp1253", GREEK, "Windows-1253"),
        ("cp1254", TURKISH, "Windows-1254"),
        ("cp1255", HEBREW, "Windows-1255"),
        ("cp1256", ARABIC, "Windows-1256"),
        ("tis_620", THAI, "TIS-620"),
        ("cp1252", GERMAN, "Windows-1252"),
        ("cp1252", "Le café est fermé à Noël, désolé. Prix : 12 €", "Windows-1252"),
        ("utf_16_le", "Hello world, without a mark", "UTF-16LE"),
        ("utf_16_be", "Hello world, without a mark", "UTF-16BE"),
        ("utf_32_le", "Hello world, without a mark", "UTF-32LE"),
    ],
)
def test_an_encoding_is_detected_and_named_as_uncertain(encoding: str, text: str, name: str) -> None:
    found = decode(text.encode(encoding))
    assert (found.text, found.encoding, found.certain, found.damaged) == (text, name, False, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_certain(encoding: str) -> None:
    found = decode(CHINESE.encode(encoding))
    assert (found.text, found.certain) == (CHINESE, True)


def test_plain_text_is_utf8() -> None:
    found = decode(CHINESE.encode())
    assert (found.text, found.encoding, found.certain, found.damaged) == (CHINESE, "UTF-8", True, 0)


def test_a_damaged_utf8_text_stays_utf8() -> None:
    found = decode(("Grüße " * 20).encode() + b"\xff")
    assert (found.encoding, found.damaged) == ("UTF-8", 1)
    assert found.text.startswith("Grüße Grüße") and found.text.endswith("\ufffd")
    cut = decode(("Grüße " * 20 + "ü").encode()[:-1])
    assert (cut.encoding, cut.damaged) == ("UTF-8", 1)


def test_a_person_may_choose_another_encoding() -> None:
    assert decode(GREEK.encode("cp1253"), "Windows-1253").text == GREEK
    assert decode(GREEK.encode("cp1253"), "KOI8-R").text != GREEK


@pytest.mark.parametrize("encoding", CHOICES)
def test_every_choice_is_known_to_python(encoding: str) -> None:
    assert decode(b"plain \xe4", encoding).encoding == encoding


def test_a_log_with_colours_and_a_zero_byte_is_text() -> None:
    log = b"\x1b[32mINFO\x1b[0m started\n" * 50 + b"one zero byte: \x00\n"
    assert "started" in decode(log).text and "\x00" not in decode(log).text
    assert decode("\x1b[31mErreur\x1b[0m : café\n".encode("latin-1") * 20).text.count("café") == 20


@pytest.mark.parametrize(
    "body",
    [bytes(range(256)) * 40, b"MZ\x90\x00\x03\x00\x00\x00\xff\xff" * 20, b"\x7fELF\x02\x01\x01" + bytes(500)],
)
def test_binary_data_is_no_text(body: bytes) -> None:
    with pytest.raises(NotText):
        decode(body)
