// Gives Django's widgets the names that screen readers need: Django 5.2 writes "Date:" and "Time:" beside their
// fields without a label, and a name on a sign that has no role.

/** The fields of a date and a time are named by the text before them. */
function nameDates() {
  for (const field of document.querySelectorAll(".datetime input:not([aria-label])")) {
    const text = field.previousSibling?.textContent.trim().replace(/:$/, "");
    if (text) field.setAttribute("aria-label", text);
  }
}

/** The help signs of lists with two sides, which Django's own script makes when the page has loaded. */
function nameSigns() {
  for (const sign of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) {
    sign.setAttribute("role", "img");
  }
}

export function startWidgets() {
  nameDates();
  if (document.readyState === "complete") nameSigns();
  // Django's listeners were there first.
  else addEventListener("load", nameSigns, { once: true });
}
