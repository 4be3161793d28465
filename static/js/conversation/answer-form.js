// Forms from agents: what a person typed survives newer markup and page reloads.

import { on } from "../page/events.js";

/** @param {HTMLFormElement} form */
const key = (form) => `answer:${form.dataset.answerForm}`;

/** @param {HTMLFormElement} form */
function save(form) {
  const values = [...new FormData(form)].filter(
    ([name, value]) => name.startsWith("field-") && typeof value === "string",
  );
  try {
    sessionStorage.setItem(key(form), JSON.stringify(values));
  } catch {
    // Storage is full or blocked: nothing is saved.
  }
}

/** @param {HTMLFormElement} form */
function restore(form) {
  if (form.dataset.restored !== undefined) return;
  form.dataset.restored = "";
  // A form that the server refused already contains the submitted values.
  if (form.querySelector(".field-error")) return;
  const kept = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
  if (!kept) return;
  for (const control of /** @type {Iterable<HTMLInputElement>} */ (form.elements)) {
    if (!control.name?.startsWith("field-") || control.type === "file") continue;
    const values = kept
      .filter((/** @type {string[]} */ [name]) => name === control.name)
      .map((/** @type {string[]} */ [, value]) => value);
    if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
  }
}

/** @param {ParentNode} root */
export function restoreForms(root) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (root.querySelectorAll("[data-answer-form]")))
    restore(form);
}

on("input", "[data-answer-form]", save);
on("change", "[data-answer-form]", save);
