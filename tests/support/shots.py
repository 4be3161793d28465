"""Checks how a page looks in each theme and size. `AGENTEX_SCREENSHOTS=1 make test` keeps the screenshots."""

import os
from collections.abc import Sequence
from typing import Literal

from playwright.sync_api import Page, ViewportSize, expect

from tests.support.environment import AGENTS, ROOT

PICTURES = ROOT / "docs" / "screenshots"
KEEP = os.environ.get("AGENTEX_SCREENSHOTS") == "1"
WIDE: ViewportSize = {"width": 1280, "height": 860}
NARROW: ViewportSize = {"width": 390, "height": 844}
SIZES = (WIDE, NARROW)
THEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

# Lists the elements that are wider than the page, for the failure message. Content that scrolls in its own box
# does not widen the page.
REACHING_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 120))"""

# Hides the tests' own agents, which are not part of the product.
HIDE = """names => document.querySelectorAll("[data-agent-name].agent-card").forEach((card) => {
  if (!names.includes(card.dataset.agentName)) card.closest("li").remove();
})"""

# Lightness of the text and of its background, from 0 to 255.
LIGHTNESS = """() => {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const lightness = ([red, green, blue]) => (red + green + blue) / 3;
  const body = getComputedStyle(document.body);
  const papers = [body, getComputedStyle(document.documentElement)].map((style) => rgba(style.backgroundColor));
  return [lightness(rgba(body.color)), lightness(papers.find(([, , , alpha]) => alpha) ?? [255, 255, 255])];
}"""

# What decides the colours of text and page: the style sheets, the chosen theme, and classes and styles of the two outermost
# elements.
STYLES = """() => JSON.stringify([
  ...[...document.styleSheets].filter((sheet) => !sheet.disabled).map((sheet) => [sheet.href, sheet.media.mediaText]),
  ...[document.documentElement, document.body].map((each) => [each.className, each.style.cssText, each.dataset.theme]),
])"""
_readable: set[str] = set()
"""The STYLES of the pages whose text was readable in both themes, of all tests of this process."""


def shoot(
    page: Page,
    name: str,
    sizes: Sequence[ViewportSize] = SIZES,
    *,
    whole: bool = False,
    agents: Sequence[str] = (),
) -> None:
    """Asserts in each theme and size that nothing is wider than the page and that its text is readable.

    Args:
        whole: whether screenshots show the whole page instead of the visible part.
        agents: agents to show in addition to the product's own.
    """
    page.evaluate(HIDE, [*(path.stem for path in AGENTS.glob("*.py")), *agents])
    page.mouse.move(0, 0)
    for size in sizes:
        page.set_viewport_size(size)
        expect(page.locator("body")).to_be_visible()
        assert_within_the_page(page, name)
        # The colours of the text and of the page do not depend on the size, nor on what else the page says.
        styles = page.evaluate(STYLES)
        if styles in _readable and not KEEP:
            continue
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            assert_readable(page)
            if KEEP:
                PICTURES.mkdir(exist_ok=True)
                path = PICTURES / f"{name}-{theme}-{size['width']}.png"
                page.screenshot(path=path, animations="disabled", full_page=whole)
        # The page is left as it was where nothing was to be checked, so that no test depends on those before it.
        page.emulate_media(color_scheme="light")
        _readable.add(styles)
    page.set_viewport_size(sizes[0])


def assert_within_the_page(page: Page, name: str) -> None:
    """Asserts that the page does not scroll sideways."""
    reaching_out = page.evaluate(REACHING_OUT)
    assert not reaching_out, f"{name} is wider than the page: {reaching_out}"


def assert_readable(page: Page) -> None:
    """Asserts that text and background match the theme: dark on light, or light on dark."""
    ink, paper = page.evaluate(LIGHTNESS)
    dark = page.evaluate('matchMedia("(prefers-color-scheme: dark)").matches')
    assert (ink > paper) == dark and abs(ink - paper) > 120, (ink, paper, dark)
