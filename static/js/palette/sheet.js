// The list of keyboard shortcuts.

import { isWaiting } from "../conversation/busy.js";
import { gettext } from "../page/i18n.js";
import { ALT, CTRL } from "./commands.js";

/** @type {HTMLDialogElement} */
let dialog;

function build() {
  const ctrlSends = document.documentElement.dataset.sendKey === "ctrl";
  const rows = [
    [gettext("Search and commands"), [CTRL, "K"]],
    [gettext("New chat"), [CTRL, "⇧", "O"]],
    [gettext("Show or hide the list of chats"), [CTRL, "⇧", "S"]],
    [gettext("Next chat"), [ALT, "↓"]],
    [gettext("Previous chat"), [ALT, "↑"]],
    [gettext("Send the message"), ctrlSends ? [CTRL, "Enter"] : ["Enter"]],
    [gettext("New line"), ctrlSends ? ["Enter"] : ["⇧", "Enter"]],
    [gettext("Edit the last message"), ["↑"]],
    ...(isWaiting() ? [] : [[gettext("Stop the agent"), ["Esc"]]]),
    [gettext("Keyboard shortcuts"), ["?"]],
  ];
  dialog = document.createElement("dialog");
  dialog.className = "shortcuts";
  dialog.setAttribute("aria-labelledby", "shortcuts-title");
  const heading = Object.assign(document.createElement("h2"), {
    id: "shortcuts-title",
    textContent: gettext("Keyboard shortcuts"),
  });
  const list = document.createElement("dl");
  for (const [name, keys] of /** @type {[string, string[]][]} */ (rows)) {
    const row = document.createElement("div");
    const value = document.createElement("dd");
    value.append(...keys.map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
    row.append(Object.assign(document.createElement("dt"), { textContent: name }), value);
    list.append(row);
  }
  const close = Object.assign(document.createElement("button"), {
    type: "button",
    className: "button",
    textContent: gettext("Close"),
  });
  close.addEventListener("click", () => dialog.close());
  dialog.append(heading, list, close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
}

export function open() {
  if (dialog?.open) return;
  // Built anew: the keys depend on the settings, and on whether the agent waits.
  dialog?.remove();
  build();
  dialog.showModal();
}
