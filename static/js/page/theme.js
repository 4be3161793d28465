// A classic script in the head: the stored theme must be set before anything is painted.
(() => {
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return ""; // Storage may be forbidden; then the system's theme it is.
    }
  }

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
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem("theme", button.dataset.themeChoice);
    } catch {
      // It still holds for this page.
    }
    apply(button.dataset.themeChoice);
  });
})();
