// A classic script in the head, because the stored theme must be set before the first paint.
(() => {
  const root = document.documentElement;

  // The server formats times in this zone, unless the person has chosen another one.
  const zone = root.dataset.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zoneCookie = `agentex_zone=${encodeURIComponent(zone || "")}`;
  if (zone && !document.cookie.split("; ").includes(zoneCookie)) {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
    document.cookie = `${zoneCookie}; path=/; max-age=31536000; samesite=lax`;
  }

  /** @returns {string} "light", "dark", or "" for the system's theme */
  function stored() {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return ""; // Storage may be blocked: use the system's theme.
    }
  }

  /** @param {string} theme */
  function apply(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  apply(stored());
  document.addEventListener("DOMContentLoaded", () => apply(stored()));
  addEventListener("storage", (event) => event.key === "theme" && apply(stored()));
  document.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem("theme", button.dataset.themeChoice);
    } catch {
      // Storage is blocked: the choice applies to this page only.
    }
    apply(button.dataset.themeChoice);
  });
})();
