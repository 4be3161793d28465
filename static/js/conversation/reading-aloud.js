// Reads an answer aloud with the browser's speech synthesis.

const LONGEST = 200; // Characters per utterance; some browsers cut off longer ones.
const LONG_PARTS = new RegExp(`.{1,${LONGEST}}`, "gsu");

/** The turn whose answers are being read. Its button may be replaced meanwhile. */
let reading = "";

/**
 * Splits a text into sentences, and long sentences into parts, each short enough for one utterance.
 * @param {string} text
 * @returns {string[]}
 */
export function utterances(text) {
  const parts = [];
  let part = "";
  // Chinese and Japanese have no spaces: there, a sentence is a word, or parts of it are.
  for (const word of text.split(/\s+|(?<=[。！？])/).flatMap((each) => Array.from(each.match(LONG_PARTS) ?? []))) {
    if (part && part.length + word.length >= LONGEST) {
      parts.push(part);
      part = "";
    }
    part += part ? ` ${word}` : word;
    if (/[.!?…。！？:]$/.test(word)) {
      parts.push(part);
      part = "";
    }
  }
  if (part) parts.push(part);
  return parts;
}

function stop() {
  speechSynthesis.cancel();
  reading = "";
  document.querySelector('[data-act="read-aloud"][aria-pressed="true"]')?.setAttribute("aria-pressed", "false");
}

/**
 * Starts or stops reading the answers of a turn.
 * @param {HTMLElement} button
 * @param {HTMLElement} turn
 */
export function readAloud(button, turn) {
  const { turnId } = turn.dataset;
  const again = reading === turnId;
  stop();
  if (again) return;
  const answers = turn.querySelectorAll('article[data-kind="text"][data-author="agent"] :is(.prose, .plain)');
  const text = [...answers].map((each) => {
    const copy = /** @type {HTMLElement} */ (each.cloneNode(true));
    for (const silent of copy.querySelectorAll(".code, .math, table")) silent.remove();
    return copy.textContent;
  });
  const parts = utterances(text.join(" ").trim());
  if (!parts.length) return;
  reading = turnId;
  button.setAttribute("aria-pressed", "true");
  for (const [index, part] of parts.entries()) {
    const utterance = new SpeechSynthesisUtterance(part);
    utterance.lang = document.documentElement.lang;
    // Another chat has no button that would stop it.
    utterance.onstart = () => document.querySelector(`[data-turn-id="${turnId}"]`) || stop();
    if (index === parts.length - 1) utterance.onend = () => reading === turnId && stop();
    speechSynthesis.speak(utterance);
  }
}

addEventListener("pagehide", stop);
