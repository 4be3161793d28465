// Math with KaTeX, which is loaded when the first formula appears.

import { script, stylesheet, vendored } from "../page/vendored.js";

const LONGEST = 5000; // Characters of TeX; KaTeX handles about 200 per millisecond.
const OPTIONS = {
  throwOnError: true,
  trust: false,
  strict: false,
  maxExpand: 200,
  maxSize: 20,
  output: "htmlAndMathml",
};

const loading = Promise.all([script(vendored("katex/katex.min.js")), stylesheet(vendored("katex/katex.min.css"))]);
let ready = false;

/**
 * Typesets new formulas if KaTeX is loaded. Each element keeps its source.
 * @param {ParentNode} root
 */
export function typeset(root) {
  if (!ready) return;
  for (const element of root.querySelectorAll(".math:not([data-tex])")) {
    const tex = element.textContent;
    element.dataset.tex = tex;
    if (tex.length > LONGEST) continue;
    try {
      window.katex.render(tex, element, { ...OPTIONS, displayMode: element.matches(".display") });
    } catch {
      // Invalid, or expands too far: the source stays.
      element.textContent = tex;
    }
  }
}

/** @param {ParentNode} root */
export async function typesetWhenReady(root) {
  await loading;
  ready = true;
  typeset(root);
}
