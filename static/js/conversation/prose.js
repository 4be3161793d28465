// What the browser adds to rendered markdown: buttons, math and diagrams; the latter two only where there are any.

import { dressCode, watchScrollers } from "./code-blocks.js";

const parts = {}; // Modules by name, once an answer needed them.

function need(name) {
  parts[name] ??= { module: null, loading: import(`./${name}.js`) };
  parts[name].loading.then((module) => (parts[name].module = module));
  return parts[name];
}

/** Before the markup is on the page, so that nothing moves: what can be done at once. */
export function dressProse(root) {
  dressCode(root);
  parts.math?.module?.typeset(root);
  parts.diagrams?.module?.dress(root);
}

/** On the page: what has to be loaded or drawn first. */
export function finishProse(root) {
  watchScrollers(root);
  if (root.querySelector(".math:not([data-tex])")) need("math").loading.then((math) => math.typesetWhenReady(root));
  if (root.querySelector(".diagram:not([data-drawn])")) need("diagrams").loading.then((each) => each.draw(root));
}
