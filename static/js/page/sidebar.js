// A classic script in the head, because whether the chat list is shown must be known before the first paint.
(() => {
  const root = document.documentElement;
  const KEY = "sidebar";

  /** @param {string} state "closed", or anything else for open */
  function apply(state) {
    if (state === "closed") root.dataset.sidebar = state;
    else delete root.dataset.sidebar;
  }

  function stored() {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return ""; // Storage may be blocked: show the list.
    }
  }

  apply(stored());
  document.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-sidebar-toggle]"))) return;
    const state = root.dataset.sidebar === "closed" ? "open" : "closed";
    try {
      localStorage.setItem(KEY, state);
    } catch {
      // Storage is blocked: the choice applies to this page only.
    }
    apply(state);
    // The pressed button is hidden now: focus the other one.
    for (const button of document.querySelectorAll("[data-sidebar-toggle]")) {
      if (button.checkVisibility()) button.focus({ preventScroll: true });
    }
  });
})();
