// Adds copy buttons, math and diagrams to rendered Markdown. The modules for math and diagrams are loaded when the
// first one appears.

import { lazy } from "../page/lazy.js";
import { enhanceCode, watchScrollers } from "./code-blocks.js";

const math = lazy(() => import("./math.js"));
const diagrams = lazy(() => import("./diagrams.js"));

/**
 * Adds everything that needs no loading. Called before the markup is on the page, so that nothing moves.
 * @param {ParentNode} root
 */
export function enhanceProse(root) {
  enhanceCode(root);
  math.module?.typeset(root);
  diagrams.module?.enhance(root);
}

/**
 * Adds everything that must be loaded or drawn. Called once the markup is on the page.
 * @param {ParentNode} root
 */
export function finishProse(root) {
  watchScrollers(root);
  if (root.querySelector(".math:not([data-tex])")) math.get().then((module) => module.typesetWhenReady(root));
  if (root.querySelector(".diagram:not([data-drawn])")) diagrams.get().then((module) => module.draw(root));
}
