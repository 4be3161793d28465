"""Dollars in Markdown: prices stay text, and formulas are formulas."""

import pytest

from agentex_web.rendering.markdown import to_html
from tests.unit.markdown import inline, streamed


@pytest.mark.parametrize(
    "text",
    [
        "R$ 12,29 and $2bn…$4bn; Q1 ($100K); $35–$50/psf",
        "$5/month—$x",
        "$10 a month or 10$ up",
        "between $5 and $10, or $ 5 $",
        "US$5 and US$6",
        "$HOME/bin:$PATH",
        "from $1,000 to 2,000$ (and more)",
        # LibreChat 7894, openchamber 1633, quartz 2208 and jupyter-ai 1067.
        "menor custo (aproximadamente R$ 12,29/metro), depois (R$ 15,83/metro) e (R$ 18,60/metro)",
        "de US$ 680 mi para US$ 720 mi; from $50M to $72M",
        "asked for $3,500 in 2022, $5,000 in 2023, 43 percent more",
        "costs $5/month or $50/year, ~$5 to ~$10, +$5/+$10, ($5)($10)",
        "$0.002/1K tokens → $2/1M; $10 × 3 = $30",
        "$ref$erence",
    ],
)
def test_prices_and_variables_stay_text(text: str) -> None:
    assert inline(text) == text


def test_code_and_bold_win_over_dollars() -> None:
    assert inline("It costs $10; set `$HOME` now") == "It costs $10; set <code>$HOME</code> now"
    assert inline("**$4** and **$5**") == "<strong>$4</strong> and <strong>$5</strong>"
    assert inline("**$AAPL**, **$MSFT**") == "<strong>$AAPL</strong>, <strong>$MSFT</strong>"
    # orca 13330, LibreChat 15181.
    assert (
        inline("成本 **$148+ → $19**（年省 ~$1,550）") == "成本 <strong>$148+ → $19</strong>（年省 ~$1,550）"
    )
    assert inline("**$2bn to at least $4bn** each") == "<strong>$2bn to at least $4bn</strong> each"


@pytest.mark.parametrize(
    ("text", "formula", "kind"),
    [
        ("so $a^2$.", "a^2", "inline"),
        ("so $x$, then", "x", "inline"),
        ("so $3x + 1 = 0$ holds", "3x + 1 = 0", "inline"),
        ("so $5$ of them", "5", "inline"),
        ("the $n$th of them", "n", "inline"),
        ("（$a$）、b", "a", "inline"),
        (r"so \(c\) is", "c", "inline"),
        (r"so \[d\] is", "d", "display"),
        ("so $$e$$ is", "e", "display"),
        (r"costs \$5 and $\$5 < x$", r"\$5 &lt; x", "inline"),
    ],
)
def test_formulas_are_formulas(text: str, formula: str, kind: str) -> None:
    assert f'<span class="math {kind}">{formula}</span>' in inline(text)


@pytest.mark.parametrize(
    "text",
    [
        "$$\na = b\n$$",
        "$$ a = b $$",
        "\\[\na = b\n\\]",
        "\\begin{align}\na = b\n\\end{align}",
        "text before\n$$\na = b\n$$\ntext behind",
        "- one\n\n  $$\n  a = b\n  $$",
        "> $$\n> a = b\n> $$",
    ],
)
def test_blocks_of_formulas(text: str) -> None:
    html = to_html(text)
    assert '<div class="math display">' in html and "a = b" in html and "$$" not in html
    assert html.count("math display") == 1
    assert streamed(text + "\n") == html
