/** Scrolls to the chosen agent's parameters and suggestions, which are below the cards and on a phone out of view. */
export function showChosenAgent() {
  const welcome = document.getElementById("welcome");
  const style = welcome?.querySelector("link");
  if (style && !style.sheet) style.addEventListener("load", showChosenAgent, { once: true });
  const end = welcome?.querySelector(":scope > :nth-last-child(1 of :not(template))");
  const dock = document.querySelector(".dock");
  if (!end || end.getBoundingClientRect().bottom <= dock.getBoundingClientRect().top) return;
  document.getElementById("welcome-title").scrollIntoView({ block: "start" });
}
