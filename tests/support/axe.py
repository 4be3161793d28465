"""Checks a page with axe-core for barriers to people who cannot see or cannot use a mouse."""

from collections.abc import Sequence
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

from tests.support.shots import SIZES, THEMES

STANDARDS = "wcag2a wcag2aa wcag21a wcag21aa wcag22aa best-practice".split()
# The only rule that depends on the theme.
CONTRAST = "color-contrast"
# Returns the violations, and the looks (as in MARK) whose contrast suffices.
RUN = """async ([options, within, mark]) => {
  const { violations, incomplete, passes = [] } = await axe.run(within ?? document, options);
  document.querySelectorAll(`[${mark}]`).forEach((each) => each.removeAttribute(mark));
  const contrast = (results) => results.filter(({ id }) => id === "color-contrast").flatMap(({ nodes }) => nodes);
  // Texts that something covers, for example, are looked at again.
  for (const { element } of contrast(incomplete)) {
    for (const known of Object.values(window.contrastKnown)) known.delete(element);
  }
  return [
    violations.map(({ id, help, nodes }) => ({
      id, help, nodes: nodes.map((node) => `${node.target.join(" ")}  ${node.failureSummary}`),
    })),
    contrast(passes).map(({ element }) => window.contrastLooks.get(element)).filter(Boolean).join(" "),
  ];
}"""
# What the page does about a new size, it does in the next frame.
SETTLE = "async () => { for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame); }"
# Marks the texts whose contrast may differ from what was checked before, and returns their number. On this page in this
# theme: those that are new, and those whose colours or size, or the background of an element around them, have changed.
# On any page: those that look like no text before. What a text looks like is known if it stands on an opaque background
# of its own or of an element around it, and nothing else lies between the two or covers it.
MARK = """([theme, mark, looksBefore]) => {
  const known = ((window.contrastKnown ??= {})[theme] ??= new WeakMap());
  const looksOf = (window.contrastLooks = new WeakMap());
  const before = new Set(looksBefore.split(" "));
  const short = (text) => {
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < text.length; at++) {
      one = Math.imul(one ^ text.charCodeAt(at), 2654435761);
      two = Math.imul(two ^ text.charCodeAt(at), 1597334677);
    }
    return (one >>> 0).toString(36) + (two >>> 0).toString(36);
  };
  const grounds = new Map([[null, { paints: "", effects: "", isSure: false }]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const around = ground(element.parentElement);
      const { backgroundColor, backgroundImage, opacity, filter, position, transform, float } = getComputedStyle(element);
      const isClear = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none";
      const isOpaque = !/^rgba|\\//.test(backgroundColor) && backgroundImage === "none";
      const stays = /static|relative/.test(position) && transform === "none" && float === "none";
      grounds.set(element, {
        paints: isOpaque ? backgroundColor : isClear ? around.paints : backgroundColor + backgroundImage + around.paints,
        effects: `${opacity === "1" ? "" : opacity}${filter === "none" ? "" : filter}` + around.effects,
        isSure: isOpaque || (stays && around.isSure),
        isClear, isOpaque,
      });
    }
    return grounds.get(element);
  };
  const isAlone = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    for (const each of document.elementsFromPoint(left + width / 2, top + height / 2)) {
      if (element.contains(each)) continue;
      if (!each.contains(element)) {
        if (!ground(each).isClear) return false;
      } else if (ground(each).isOpaque) break;
    }
    return true;
  };
  let marked = 0;
  for (const element of document.querySelectorAll("body *")) {
    const says = element.matches("input, select, textarea")
      || [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    const fresh = says && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    let isUnknown = false;
    if (fresh) {
      const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
      const { paints, effects, isSure } = ground(element);
      const looks = [color, fontSize, fontWeight, textShadow, element.disabled, paints, effects].join();
      isUnknown = known.get(element) !== looks;
      if (isUnknown && isSure && isAlone(element)) {
        isUnknown = !before.has(short(looks));
        looksOf.set(element, short(looks));
      }
      if (isUnknown) known.set(element, looks);
    }
    element.toggleAttribute(mark, isUnknown);
    marked += isUnknown;
  }
  return marked;
}"""
MARKED = "data-contrast-unknown"
_looks: set[str] = set()
"""Hashes of what texts look like whose contrast suffices, of all pages of this process."""


def assert_accessible(
    page: Page,
    what: str,
    sizes: Sequence[ViewportSize] = SIZES,
    *,
    themes: Sequence[Literal["light", "dark"]] = THEMES,
) -> None:
    """Checks all sizes, and the dark theme in the first.

    Contrast, three quarters of the cost, is checked once for each look of a text.

    Args:
        what: the state of the page, for the failure message.
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
                _run(page, where, {"runOnly": {"type": "tag", "values": STANDARDS}, **rules})
            if page.evaluate(MARK, [theme, MARKED, " ".join(_looks)]):
                _run(page, where, {"runOnly": {"type": "rule", "values": [CONTRAST]}}, f"[{MARKED}]")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(sizes[0])


def _run(page: Page, what: str, only: dict[str, Any], within: str | None = None) -> None:
    # Without frames: the diagram frame is invisible, and the page shows its picture.
    kinds = ["violations", "incomplete", *(["passes"] if only["runOnly"]["type"] == "rule" else [])]
    # Only a rule that is an experiment reads style sheets, for which axe adds them inline: the pages' policy forbids that.
    options = {
        **only,
        "iframes": False,
        "resultTypes": kinds,
        "elementRef": True,
        "preload": {"assets": ["media"]},
    }
    found, fine = page.evaluate(RUN, [options, within, MARKED])
    lines = [f"{each['id']}: {each['help']}\n    " + "\n    ".join(each["nodes"]) for each in found]
    assert not found, f"{what}:\n  " + "\n  ".join(lines)
    _looks.update(fine.split())
