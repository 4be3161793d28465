// The list of offers above the Message box. Arrow keys choose, Enter or Tab accepts, Escape closes; touch also accepts.

/** @typedef {{ title: string, text: string, take: () => void }} Offer */

export class OfferList {
  /** @type {Offer[]} */
  #offers = [];
  #chosen = 0;

  /**
   * @param {string} id
   * @param {string} label
   */
  constructor(id, label) {
    this.id = id;
    this.label = label;
  }

  get #list() {
    return document.getElementById(this.id);
  }

  /** @param {HTMLTextAreaElement} box */
  close(box) {
    if (!this.#list) return;
    this.#list.remove();
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
  }

  /**
   * @param {HTMLTextAreaElement} box
   * @param {Offer[]} offers
   * @param {string} [note] shown below the offers
   */
  show(box, offers, note = "") {
    this.close(box);
    if (!offers.length && !note) return;
    const list = document.createElement("div");
    list.id = this.id;
    list.className = "prompt-list";
    const options = document.createElement("ul");
    options.setAttribute("role", "listbox");
    // The list scrolls, so the keyboard must reach it.
    options.tabIndex = 0;
    options.setAttribute("aria-label", this.label);
    options.append(...offers.map((offer, index) => this.#option(box, offer, index)));
    if (offers.length) list.append(options);
    if (note)
      list.append(
        Object.assign(document.createElement("p"), { className: "prompt-note", role: "status", textContent: note }),
      );
    box.closest("form").append(list);
    this.#offers = offers;
    if (!offers.length) return;
    options.id = `${this.id}-options`;
    box.setAttribute("aria-controls", options.id);
    this.#choose(box, 0);
  }

  /**
   * @param {HTMLTextAreaElement} box
   * @param {Offer} offer
   * @param {number} index
   */
  #option(box, offer, index) {
    const option = document.createElement("li");
    option.id = `${this.id}-${index}`;
    option.className = "prompt-option";
    option.setAttribute("role", "option");
    option.append(
      Object.assign(document.createElement("strong"), { textContent: offer.title }),
      Object.assign(document.createElement("span"), { textContent: offer.text }),
    );
    // Keep the focus in the box.
    option.addEventListener("pointerdown", (event) => event.preventDefault());
    option.addEventListener("click", () => this.#take(box, index));
    return option;
  }

  /**
   * @param {HTMLTextAreaElement} box
   * @param {number} index
   */
  #take(box, index) {
    this.close(box);
    this.#offers[index].take();
  }

  /**
   * @param {HTMLTextAreaElement} box
   * @param {number} index
   */
  #choose(box, index) {
    this.#chosen = (index + this.#offers.length) % this.#offers.length;
    for (const [number, option] of [...this.#list.querySelectorAll(".prompt-option")].entries()) {
      option.setAttribute("aria-selected", String(number === this.#chosen));
      if (number === this.#chosen) option.scrollIntoView({ block: "nearest" });
    }
    box.setAttribute("aria-activedescendant", `${this.id}-${this.#chosen}`);
  }

  /**
   * Handles a key while the list is open. Returns true if the key was used.
   * @param {HTMLTextAreaElement} box
   * @param {KeyboardEvent} event
   */
  key(box, event) {
    if (!this.#list) return false;
    if (event.key === "Tab" && event.shiftKey) {
      // It leaves the box, as always.
      this.close(box);
      return false;
    }
    if (event.key === "Escape") this.close(box);
    else if (!this.#offers.length) return false;
    else if (event.key === "ArrowDown") this.#choose(box, this.#chosen + 1);
    else if (event.key === "ArrowUp") this.#choose(box, this.#chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(box, this.#chosen);
    else return false;
    return true;
  }
}
