"""Markdown as models and people write it is rendered as they mean it, both streaming and stored."""

import pytest

from agentex_web.rendering.markdown import to_html
from tests.unit.markdown import inline, streamed

FILE = "/attachments/0b0d9b5c-0000-4000-8000-00000000000a/"


LINK = '<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{1}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**「重要」**です。", "<strong>「重要」</strong>です。"),
        ("这是**“重点”**内容", "这是<strong>“重点”</strong>内容"),
        ("请看**注意：**这里", "请看<strong>注意：</strong>这里"),
        ("한국어는 **강조(중요)**입니다", "한국어는 <strong>강조(중요)</strong>입니다"),
        ("これは~~古い（値）~~です", "これは<s>古い（値）</s>です"),
        ("中文*强调（注）*文字", "中文<em>强调（注）</em>文字"),
        # qwen-code 9456, marked 3838 and 3968, cherry-studio 4119, hermes-agent 92862, commonmark-spec 650.
        ('这是**"取出"（take）模式**。', '这是<strong>"取出"（take）模式</strong>。'),
        ("**历经10年发展，**a", "<strong>历经10年发展，</strong>a"),
        ("**“如何更好”**", "<strong>“如何更好”</strong>"),
        ("**“공개 문서”**는 원칙", "<strong>“공개 문서”</strong>는 원칙"),
        ("私は**⻲田太郎**と申します", "私は<strong>⻲田太郎</strong>と申します"),
        ("選択肢**㋐**: 1つ目", "選択肢<strong>㋐</strong>: 1つ目"),
        ("***重要：***文字", "<em><strong>重要：</strong></em>文字"),
        ("~~删除（带括号）。~~这个", "<s>删除（带括号）。</s>这个"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("2 * 3 * 4 stays", "2 * 3 * 4 stays"),
        ("**bold**s and *it*s", "<strong>bold</strong>s and <em>it</em>s"),
    ],
)
def test_emphasis_beside_cjk(text: str, html: str) -> None:
    assert inline(text) == html


@pytest.mark.parametrize(
    ("text", "address", "behind"),
    [
        ("https://example.com/a。", "https://example.com/a", "。"),
        ("https://example.com/docs（中文说明）了解更多", "https://example.com/docs", "（中文说明）了解更多"),
        ("https://example.com/aを見る", "https://example.com/a", "を見る"),
        ("https://example.com/a, b", "https://example.com/a", ", b"),
        ("https://example.com/a_(b) c", "https://example.com/a_(b)", " c"),
        ("https://example.com/a).", "https://example.com/a", ")."),
        ("https://example.com/?a=1&b=2#c", "https://example.com/?a=1&amp;b=2#c", ""),
        ("http://localhost:8000/x!", "http://localhost:8000/x", "!"),
        ("https://example.com”", "https://example.com", "”"),
    ],
)
def test_an_address_ends_where_it_ends(text: str, address: str, behind: str) -> None:
    assert inline(text) == LINK.format(address, address) + behind


def test_addresses_within_other_things() -> None:
    link = LINK.format("https://a.com/b", "https://a.com/b")
    assert inline("「https://a.com/b」") == f"「{link}」"
    assert inline("**https://a.com/b**") == f"<strong>{link}</strong>"
    assert inline("(https://a.com/b)") == f"({link})"
    assert inline("<https://a.com/b>") == link
    assert inline("[words](https://a.com/b)") == LINK.format("https://a.com/b", "words")
    assert inline("www.a.com/b.") == LINK.format("http://www.a.com/b", "www.a.com/b") + "."
    assert inline("mail me@a.com.") == "mail " + LINK.format("mailto:me@a.com", "me@a.com") + "."


@pytest.mark.parametrize(
    "text", ["main.py, README.md, deploy.sh, lib.rs", "a.b.c", "e.g. this", "ftp://x.y", "javascript://x", "x://y", "http://"]
)  # fmt: skip
def test_what_is_no_address_is_no_link(text: str) -> None:
    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a<br>b", "a<br>\nb"),
        ("a<br>\nb", "a<br>\nb"),
        ("a<br/>b<BR />c", "a<br>\nb<br>\nc"),
        ("H<sub>2</sub>O and x<sup>2</sup>", "H<sub>2</sub>O and x<sup>2</sup>"),
        ("<kbd>Ctrl</kbd>+<kbd>C</kbd>", "<kbd>Ctrl</kbd>+<kbd>C</kbd>"),
        ("<b>b</b> <i>i</i> <s>s</s> <strong>x</strong>", "<b>b</b> <i>i</i> <s>s</s> <strong>x</strong>"),
        ("`<br>`", "<code>&lt;br&gt;</code>"),
        ("<br onclick=alert(1)>", "&lt;br onclick=alert(1)&gt;"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("<iframe src=x>", "&lt;iframe src=x&gt;"),
    ],
)
def test_a_few_tags_are_markup_and_all_others_are_text(text: str, html: str) -> None:
    assert inline(text) == html


def test_a_tag_that_is_not_closed_ends_with_its_paragraph() -> None:
    assert to_html("a <sub>b\n\nc") == "<p>a <sub>b</sub></p>\n<p>c</p>\n"
    assert to_html("a </sub> </kbd> b") == "<p>a   b</p>\n"


def test_line_breaks_in_cells() -> None:
    assert "<td>x<br>\ny</td>" in to_html("|a|\n|-|\n|x<br>y|")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "<details>\n<summary>More *of* it</summary>\n\nin **it**\n\n- a\n\n</details>\n\nend",
            "<details>\n<summary>More <em>of</em> it</summary>\n<p>in <strong>it</strong></p>\n<ul>\n<li>a</li>\n</ul>\n"
            "</details>\n<p>end</p>\n",
        ),
        (
            "<details><summary>T</summary>text</details>\nend",
            "<details>\n<summary>T</summary>\n<p>text</p>\n</details>\n<p>end</p>\n",
        ),
        (
            "<details open>\nno title\n</details>",
            '<details open="">\n<p>no title</p>\n</details>\n',
        ),
        (
            "<details>\n<summary>O</summary>\n<details><summary>I</summary>in</details>\nrest\n</details>\nend",
            "<details>\n<summary>O</summary>\n<details>\n<summary>I</summary>\n<p>in</p>\n</details>\n<p>rest</p>\n"
            "</details>\n<p>end</p>\n",
        ),
        (
            "<details>\n<summary>no end</summary>\nx",
            "<details>\n<summary>no end</summary>\n<p>x</p>\n</details>\n",
        ),
        ("<details onclick=x>\n</details>", "<p>&lt;details onclick=x&gt;\n&lt;/details&gt;</p>\n"),
    ],
)
def test_details(text: str, html: str) -> None:
    assert to_html(text) == html
    assert streamed(text + "\n") == html


def test_footnotes_stand_where_they_are_written() -> None:
    text = "A[^1] b[^22] c[^unknown] `[^1]`\n\n[^1]: The *note*.\n[^22]: Another.\n\nend"
    html = to_html(text)
    assert (
        'A<sup class="footnote-reference">1</sup> b<sup class="footnote-reference">22</sup> c[^unknown]'
        in html
    )
    assert "<code>[^1]</code>" in html
    assert '<div class="footnote"><sup>1</sup><p>The <em>note</em>.</p>\n</div>' in html
    assert html.endswith("<p>end</p>\n")
    assert streamed(text + "\n") == html


def test_a_footnote_with_a_name_is_one_if_it_is_written() -> None:
    assert ">note</sup>" in to_html("A[^note]\n\n[^note]: Another.")


def test_alerts_and_tasks() -> None:
    html = to_html("> [!WARNING]\n> Mind the *gap*.\n\n- [x] done\n- [ ] open")
    assert (
        '<div class="markdown-alert markdown-alert-warning">\n<p class="markdown-alert-title">Warning</p>'
        in html
    )
    assert "<p>Mind the <em>gap</em>.</p>\n</div>" in html
    assert html.count('type="checkbox"') == 2 and html.count('checked="checked"') == 1


@pytest.mark.parametrize(
    "source",
    ["/accounts/logout/", "/admin/", "//elsewhere.com/x.png", "https://elsewhere.com/x.png", f"{FILE}remove/",
     f"{FILE}../../accounts/logout/", "/attachments/", "x.png", FILE.upper(), f"{FILE}?x=1"],
)  # fmt: skip
def test_a_picture_is_only_a_file_of_the_chats(source: str) -> None:
    html = to_html(f"![words]({source})")
    assert "<img" not in html and "words" in html


def test_a_picture_from_elsewhere_is_a_link() -> None:
    address = "https://example.com/b.png"
    link = LINK.format(address, "a picture").replace("<a", '<a class="image-link"')
    assert inline(f"![a picture]({address})") == link
    assert inline(f"[A link]({address})") == LINK.format(address, "A link")


def test_a_file_of_the_chats_is_a_picture() -> None:
    assert to_html(f"![words]({FILE})") == f'<p><img src="{FILE}" alt="words" loading="lazy"></p>\n'
    assert "<a" not in to_html(f"![]({FILE})")
    assert to_html("[![words](/x.png)](https://a.com)").count("<a") == 1
