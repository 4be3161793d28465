"""Structured answers, shown as fields: complete, while they stream, and hostile ones."""

import json

import pytest

from agentex_web.rendering.fences import fence_of
from agentex_web.rendering.fields import (
    MOST_VALUES,
    LiveFields,
    fields_html,
    growing_fields_html,
)


def shown(value: object) -> str:
    """The HTML without the folded JSON."""
    return fields_html(json.dumps(value)).partition("<details>")[0]


@pytest.mark.parametrize(
    ("text", "length"), [("", 3), ("a `b` ``c``", 3), ("```\n````", 5), ("`" * 1_000_000, 1_000_001)]
)
def test_a_fence_is_longer_than_all_in_the_text_and_found_at_once(text: str, length: int) -> None:
    # For the last one, trying each length took 20 minutes.
    assert fence_of(text) == "`" * length


def test_short_values_are_rows() -> None:
    html = shown({"good_quality": True, "is_scifi": False, "pages": 3, "by": "", "note": None})
    assert "<tr><td><strong>Good quality</strong></td><td>" in html
    assert html.count('aria-label="true">✓') == html.count('aria-label="false">✗') == 1
    for name, value in (("Pages", "3"), ("By", "–"), ("Note", "–")):
        assert f"<td><strong>{name}</strong></td><td>{value}</td>" in html


def test_a_list_of_small_objects_is_a_table() -> None:
    html = shown({"searches": [{"query": "a", "reason": "b"}, {"query": "c"}]})
    assert "<p><strong>Searches</strong></p>" in html
    assert "<thead><tr><th>Query</th><th>Reason</th></tr></thead>" in html
    assert "<tr><td>c</td><td>–</td></tr>" in html


def test_a_report_is_markdown_and_lists_are_lists() -> None:
    html = shown({"report": "# Title\n\n- **one**", "questions": ["Why?", "How?"]})
    assert "<h1>Title</h1>" in html and "<strong>one</strong>" in html
    assert "<li>Why?</li><li>How?</li>" in html


def test_the_wrapper_of_the_sdk_is_left_out() -> None:
    assert shown({"response": ["a", "b"]}) == "<ul>\n<li>a</li><li>b</li></ul>\n"


def test_the_json_is_folded_below() -> None:
    html = fields_html('{"city":"Málaga"}')
    assert "<details><summary><code>JSON</code></summary>" in html
    assert "Málaga" in html.partition("<details>")[2]


@pytest.mark.parametrize(
    "value", [{"<script>": "<img src=x onerror=1>"}, {"u": 'https://a.example/"onclick=x<b>'}]
)
def test_names_and_values_are_text(value: dict[str, str]) -> None:
    html = shown(value)
    assert "<script>" not in html and "<img" not in html and "<b>" not in html
    assert '"onclick' not in html


def test_addresses_are_links() -> None:
    assert '<td><a href="https://a.example/?a=1&amp;b=2" target="_blank"' in shown(
        {"source": "https://a.example/?a=1&b=2"}
    )


def test_what_cannot_be_shown_as_fields_is_shown_as_it_is() -> None:
    assert fields_html('{"cut": "in the mid') == '<p>{"cut": "in the mid</p>\n'
    deep = "[" * 100 + "]" * 100
    assert "<table>" not in fields_html(f'{{"a":{deep}}}')
    many = json.dumps({str(number): number for number in range(MOST_VALUES + 1)})
    assert "<table>" not in fields_html(many)


def test_fields_appear_as_they_stream() -> None:
    text = '{"good":true,"report":"# Ti'
    assert "<strong>Good</strong>" in growing_fields_html(text)
    live = LiveFields()
    for each in text:
        live.append(each)
    assert live.render().html == growing_fields_html(text)
    assert live.length == len(text)


def test_a_text_that_is_no_object_streams_as_markdown() -> None:
    live = LiveFields()
    live.append("**Sorry**")
    assert "<strong>Sorry</strong>" in live.render().html


def test_the_json_below_is_not_much_longer_than_the_answer() -> None:
    deep = '{"a":' + "[" * 190 + "1," * 5_000 + "1" + "]" * 190 + "}"
    assert len(fields_html(deep)) < 50 * len(deep)
