"""Checks a page with axe-core for barriers to people who cannot see or cannot use a mouse."""

from collections.abc import Sequence
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.support.shots import SIZES, THEMES

STANDARDS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
# The only rule that depends on the theme.
CONTRAST = "color-contrast"
RUN = """async ([options, within]) => {
  // What the page does about a new size, it does in the next frame.
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const { violations } = await axe.run(within ?? document, options);
  return violations.map(({ id, help, nodes }) => ({
    id, help, nodes: nodes.map((node) => `${node.target.join(" ")}  ${node.failureSummary}`),
  }));
}"""


def assert_accessible(
    page: Page,
    what: str,
    sizes: Sequence[ViewportSize] = SIZES,
    *,
    within: dict[str, Any] | None = None,
    themes: Sequence[Literal["light", "dark"]] = THEMES,
) -> None:
    """Checks all sizes, and the dark theme in the first. The page's context needs ``bypass_csp``.

    Args:
        what: the state of the page, for the failure message.
        within: the part to check, as an axe context; by default the whole page.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    for size in sizes:
        page.set_viewport_size(size)
        for theme in themes:
            if theme == "dark" and size != sizes[0]:
                # The contrast of the dark theme does not depend on the size.
                continue
            page.emulate_media(color_scheme=theme)
            rules = {"values": STANDARDS} if theme == "light" else {"type": "rule", "values": [CONTRAST]}
            _run(page, f"{what}, {size['width']} px, {theme}", rules, within)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(sizes[0])


def _run(page: Page, what: str, only: dict[str, Any], within: dict[str, Any] | None) -> None:
    # Without frames: the diagram frame is invisible, and the page shows its picture.
    options = {"runOnly": {"type": "tag", **only}, "iframes": False, "resultTypes": ["violations"]}
    found = page.evaluate(RUN, [options, within])
    lines = [f"{each['id']}: {each['help']}\n    " + "\n    ".join(each["nodes"]) for each in found]
    assert not found, f"{what}:\n  " + "\n  ".join(lines)
