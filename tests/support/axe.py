"""Checks a page with axe-core for barriers to people who cannot see or cannot use a mouse."""

from collections.abc import Sequence
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.support.shots import SIZES, THEMES

STANDARDS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
# The only rule that depends on the theme.
CONTRAST = "color-contrast"
RUN = """async ([options, within, mark]) => {
  const { violations, incomplete } = await axe.run(within ?? document, options);
  document.querySelectorAll(`[${mark}]`).forEach((each) => each.removeAttribute(mark));
  // Texts that something covers, for example, are looked at again.
  for (const { nodes } of incomplete.filter(({ id }) => id === "color-contrast")) {
    for (const known of Object.values(window.contrastKnown)) nodes.forEach(({ element }) => known.delete(element));
  }
  return violations.map(({ id, help, nodes }) => ({
    id, help, nodes: nodes.map((node) => `${node.target.join(" ")}  ${node.failureSummary}`),
  }));
}"""
# What the page does about a new size, it does in the next frame.
SETTLE = "async () => { for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame); }"
# Marks the texts whose contrast may differ from when this page was last checked in this theme: those that are new, and
# those whose colours or size, or the background of an element around them, have changed. Returns their number.
MARK = """([theme, mark]) => {
  const known = ((window.contrastKnown ??= {})[theme] ??= new WeakMap());
  const grounds = new Map([[null, ""]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(element);
      grounds.set(element, [ground(element.parentElement), backgroundColor, backgroundImage, opacity, filter].join());
    }
    return grounds.get(element);
  };
  let marked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const says = element.matches("input, select, textarea")
      || [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    const fresh = says && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const looks = [color, fontSize, fontWeight, element.disabled, ground(element)].join();
    element.toggleAttribute(mark, fresh && known.get(element) !== looks);
    if (element.hasAttribute(mark)) {
      known.set(element, looks);
      marked += 1;
    }
  }
  return marked;
}"""
MARKED = "data-contrast-unknown"


def assert_accessible(
    page: Page,
    what: str,
    sizes: Sequence[ViewportSize] = SIZES,
    *,
    within: dict[str, Any] | None = None,
    themes: Sequence[Literal["light", "dark"]] = THEMES,
) -> None:
    """Checks all sizes, and the dark theme in the first. The page's context needs ``bypass_csp``.

    Contrast, three quarters of the cost, is checked once for each look of a text on the page.

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
            page.evaluate(SETTLE)
            where = f"{what}, {size['width']} px, {theme}"
            if theme == "light":
                rules = {"rules": {CONTRAST: {"enabled": False}}}
                _run(page, where, {"runOnly": {"type": "tag", "values": STANDARDS}, **rules}, within)
            if page.evaluate(MARK, [theme, MARKED]):
                marked = {**(within or {}), "include": [[f"[{MARKED}]"]]}
                _run(page, where, {"runOnly": {"type": "rule", "values": [CONTRAST]}}, marked)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(sizes[0])


def _run(page: Page, what: str, only: dict[str, Any], within: dict[str, Any] | None) -> None:
    # Without frames: the diagram frame is invisible, and the page shows its picture.
    options = {**only, "iframes": False, "resultTypes": ["violations", "incomplete"], "elementRef": True}
    found = page.evaluate(RUN, [options, within, MARKED])
    lines = [f"{each['id']}: {each['help']}\n    " + "\n    ".join(each["nodes"]) for each in found]
    assert not found, f"{what}:\n  " + "\n  ".join(lines)
