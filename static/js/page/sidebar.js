// A classic script in the head: whether the list of chats is shown must be known before the first paint.
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
      return ""; // Storage may be blocked: the list is shown.
    }
  }

  apply(stored());
  document.addEventListener("click", (event) => {
    if (!(/** @type {Element} */ (event.target).closest("[data-sidebar-toggle]"))) return;
    const state = root.dataset.sidebar === "closed" ? "open" : "closed";
    try {
      localStorage.setItem(KEY, state);
    } catch {
      // It still applies to this page.
    }
    apply(state);
    // The button that was pressed is hidden now; the other one takes the focus.
    for (const button of document.querySelectorAll("[data-sidebar-toggle]")) {
      if (button.checkVisibility()) button.focus({ preventScroll: true });
    }
  });
})();
