// Shows how the server read an attached text file: its encoding, which can be changed, and what was left out.

import { post } from "../page/http.js";
import { gettext } from "../page/i18n.js";
import { showError } from "../page/notices.js";

/**
 * Fills in a file's chip.
 * @param {HTMLElement} chip
 * @param {{ id: string, encoding?: string, note?: string, preview?: string }} file as the server describes it
 * @param {string} url base address of uploads
 * @param {() => void} onChange called when the file has been read again in another encoding
 */
export function describe(chip, file, url, onChange) {
  const { encoding = "", note: words = "", preview = "" } = file;
  Object.assign(chip.dataset, { encoding, note: words, preview });
  const choice = /** @type {HTMLSelectElement} */ (chip.querySelector(".file-encoding"));
  const note = chip.querySelector(".file-note");
  note.hidden = !words;
  note.textContent = note.title = words;
  choice.hidden = !encoding;
  const known = [...choice.options].find((each) => each.text === encoding);
  // One that was detected but cannot be chosen: without a name, the server detects it again.
  if (!known) {
    choice.querySelector('option[value=""]')?.remove();
    choice.add(new Option(encoding, ""));
  }
  choice.value = known ? known.value : "";
  choice.title = preview;
  choice.onchange = async () => {
    const chosen = choice.value;
    const body = new FormData();
    body.append("encoding", chosen);
    try {
      const response = await post(`${url}${file.id}/encoding/`, body);
      if (!response.ok) throw new Error(`${response.status}`);
      file = await response.json();
      // Another one was chosen meanwhile: its answer counts.
      if (choice.value !== chosen) return;
      describe(chip, file, url, onChange);
      onChange();
    } catch {
      if (choice.value === chosen) describe(chip, file, url, onChange);
      showError(gettext("The encoding could not be changed. Try again in a moment."));
    }
  };
}
