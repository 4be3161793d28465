// Reads an answer aloud with the browser's speech synthesis.

const LONGEST = 200; // Characters per utterance; some browsers cut off longer ones.

/** @type {HTMLElement | null} the button whose answer is being read */
let reading = null;

/**
 * Splits a text into sentences, and long sentences into parts, each short enough for one utterance.
 * @param {string} text
 * @returns {string[]}
 */
function utterances(text) {
  const parts = [];
  let part = "";
  for (const word of text.split(/\s+/)) {
    if (part && part.length + word.length >= LONGEST) {
      parts.push(part);
      part = "";
    }
    part += part ? ` ${word}` : word;
    if (/[.!?。！？:]$/.test(word)) {
      parts.push(part);
      part = "";
    }
  }
  if (part) parts.push(part);
  return parts;
}

function stop() {
  speechSynthesis.cancel();
  reading?.setAttribute("aria-pressed", "false");
  reading = null;
}

/**
 * Starts or stops reading the answers of a turn.
 * @param {HTMLElement} button
 * @param {HTMLElement} turn
 */
export function readAloud(button, turn) {
  const again = reading === button;
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
  reading = button;
  button.setAttribute("aria-pressed", "true");
  for (const [index, part] of parts.entries()) {
    const utterance = new SpeechSynthesisUtterance(part);
    utterance.lang = document.documentElement.lang;
    if (index === parts.length - 1) utterance.onend = () => reading === button && stop();
    speechSynthesis.speak(utterance);
  }
}

addEventListener("pagehide", stop);
