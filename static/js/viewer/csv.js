// Parses comma- and tab-separated values (RFC 4180), including quoted fields with line breaks.

/**
 * Returns the rows of a text, at most `most`.
 * @param {string} text
 * @param {string} separator one character
 * @param {number} most
 * @returns {string[][]}
 */
export function rowsOf(text, separator, most) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let field = "";
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = "";
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') field += character;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (character === '"' && !field) quoted = true;
    else if (character === separator) endField();
    else if (character === "\n") endRow();
    else if (character !== "\r") field += character;
  }
  if ((field || row.length) && rows.length < most) endRow();
  return rows;
}
