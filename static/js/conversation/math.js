// Math by KaTeX, which is loaded when the first formula comes.

import { script, stylesheet, vendored } from "../page/vendored.js";

const LONGEST = 5000; // Characters of TeX; KaTeX takes a millisecond for about 200.
const OPTIONS = { throwOnError: true, trust: false, strict: false, maxExpand: 200, maxSize: 20, output: "htmlAndMathml" };

const loading = Promise.all([script(vendored("katex/katex.min.js")), stylesheet(vendored("katex/katex.min.css"))]);
let ready = false;

/** Typesets what is not yet; the element remembers its source. */
export function typeset(root) {
  if (!ready) return;
  for (const element of root.querySelectorAll(".math:not([data-tex])")) {
    const tex = element.textContent;
    element.dataset.tex = tex;
    if (tex.length > LONGEST) continue;
    try {
      window.katex.render(tex, element, { ...OPTIONS, displayMode: element.matches(".display") });
    } catch {
      // No formula, or one without end: its source says what was meant.
      element.textContent = tex;
    }
  }
}

export async function typesetWhenReady(root) {
  await loading;
  ready = true;
  typeset(root);
}
