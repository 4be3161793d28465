// A page next to the chat list that is no chat, such as the search: loads the module of its kind.

/** @type {Record<string, () => Promise<{ start(signal: AbortSignal): unknown }>>} by the stage's `data-view` */
const MODULES = {
  import: () => import("./import.js"),
  inbox: () => import("./inbox.js"),
  search: () => import("./search.js"),
  settings: () => import("../preferences/settings.js"),
};

export class PageView {
  #ended = new AbortController();

  /** @param {HTMLElement} stage */
  constructor(stage) {
    const { signal } = this.#ended;
    MODULES[stage.dataset.view]?.().then((module) => signal.aborted || module.start(signal));
  }

  end() {
    this.#ended.abort();
  }
}
