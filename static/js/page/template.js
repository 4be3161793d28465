// Creates elements from the page's <template> elements (templates/chat/_skeletons.html).

/**
 * A copy of the first element in the template with this id.
 * @template {HTMLElement} E
 * @param {string} id
 * @returns {E}
 */
export function fromTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {E} */ (template.content.firstElementChild.cloneNode(true));
}
