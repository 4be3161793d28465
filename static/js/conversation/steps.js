// Folds a chain of steps in an ended turn into one line that summarises the steps and opens them.

import { words as duration } from "../page/clock.js";
import { on } from "../page/events.js";
import { gettext, interpolate, ngettext } from "../page/i18n.js";
import { fromTemplate } from "../page/template.js";
import { isOpen } from "./busy.js";

const SHOWN = ".tool-images, .files"; // Content that a tool made for people stays visible.
const NAMED = 3; // Tools named in the line; the rest are counted.

/** @param {Element} element */
function isStep(element) {
  if (!(element instanceof HTMLElement) || element.querySelector(SHOWN)) return false;
  // An undo stays visible, too: the person asked for it.
  if (element.dataset.toolCallId?.startsWith("undo-")) return false;
  return /^(reasoning|tool_request)$/.test(element.dataset.kind ?? "");
}

/**
 * From the start of the first step to the end of the last one, in seconds.
 * @param {HTMLElement[]} steps
 */
function secondsOf(steps) {
  const spans = steps.flatMap((step) =>
    [step, ...step.querySelectorAll("[data-span]")].map((each) => each.dataset.span),
  );
  const times = spans.flatMap((span) => span?.split(" ").map(Number) ?? []);
  return Math.round(Math.max(...times) - Math.min(...times));
}

/** @param {HTMLElement[]} steps */
function wordsOf(steps) {
  // The steps of agents that work in the background have their names.
  const words = [
    ...new Set(
      steps
        .filter((step) => step.dataset.kind === "reasoning")
        .map((step) => step.querySelector("[data-by]")?.textContent ?? gettext("Thought")),
    ),
  ];
  /** @type {Map<string, number>} */
  const tools = new Map();
  for (const step of steps) {
    const name = step.querySelector(".tool-name")?.lastChild.textContent.trim();
    if (name) tools.set(name, (tools.get(name) ?? 0) + 1);
  }
  for (const [name, count] of [...tools].slice(0, NAMED)) {
    const text = ngettext("used %(name)s", "used %(name)s %(count)s times", count);
    words.push(interpolate(text, { name, count }));
  }
  const others = tools.size - NAMED;
  if (others > 0) {
    words.push(interpolate(ngettext("%(count)s other tool", "%(count)s other tools", others), { count: others }));
  }
  const seconds = secondsOf(steps);
  if (seconds > 0) words.push(duration(seconds));
  const line = words.join(", ");
  return line.charAt(0).toLocaleUpperCase() + line.slice(1);
}

/** @param {HTMLElement[]} steps */
function fold(steps) {
  const button = fromTemplate("steps-template");
  button.querySelector(".label").textContent = wordsOf(steps);
  const failed = steps.some((step) => step.querySelector('.tool-state[data-state="failed"]'));
  button.toggleAttribute("data-failed", failed);
  button.dataset.position = steps[0].dataset.position;
  steps[0].before(button);
  for (const step of steps) step.dataset.step = "";
}

/** @param {HTMLElement} turn */
function foldTurn(turn) {
  if (isOpen(turn.dataset.status) || turn.querySelector(":scope > .steps")) return;
  /** @type {HTMLElement[]} */
  let chain = [];
  for (const child of [...turn.children]) {
    if (isStep(child)) {
      chain.push(/** @type {HTMLElement} */ (child));
      continue;
    }
    // Do not fold a single step, nor one that has the focus.
    if (chain.length > 1 && !chain.some((step) => step.contains(document.activeElement))) fold(chain);
    chain = [];
  }
}

/**
 * Folds the chains of the turns that have ended.
 * @param {ParentNode} root
 */
export function foldSteps(root) {
  for (const turn of root.querySelectorAll(".turn")) foldTurn(turn);
}

/** @param {HTMLElement} button */
function toggle(button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  for (let step = button.nextElementSibling; step && "step" in /** @type {HTMLElement} */ (step).dataset; ) {
    step.toggleAttribute("data-shown", open);
    step = step.nextElementSibling;
  }
}

export function startSteps() {
  on("click", ".steps", toggle);
}
