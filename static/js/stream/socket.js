// The socket of one task: connects, remembers the cursor, comes back after anything but a refusal.

const SILENCE = 45_000; // ms; the server pings every 20 s, so two pings are missing.
const SHORTEST = 500;
const LONGEST = 15_000;
const REFUSED = new Set([4401, 4403, 4404]);

export class TaskSocket {
  #socket = null;
  #failures = 0;
  #timer = 0;
  #heard = 0;
  #over = false;

  /** `onState` gets "open", "lost" or "refused" (with the close code). */
  constructor({ path, cursor, onFrame, onState }) {
    this.path = path;
    this.cursor = cursor;
    this.onFrame = onFrame;
    this.onState = onState;
    setInterval(() => this.#checkSilence(), 5000);
    addEventListener("online", () => this.hurry());
    addEventListener("pageshow", (event) => event.persisted && this.hurry());
    document.addEventListener("visibilitychange", () => !document.hidden && this.hurry());
  }

  connect() {
    clearTimeout(this.#timer);
    this.pause();
    if (this.#over) return;
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("cursor", this.cursor);
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#heard = Date.now();
    socket.onmessage = (event) => socket === this.#socket && this.#take(event.data);
    socket.onopen = () => socket === this.#socket && this.onState("open");
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
  }

  /** Lets the socket go without a word; what it still delivers is not read. */
  pause() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  refuse(code) {
    this.#over = true;
    clearTimeout(this.#timer);
    this.pause();
    this.onState("refused", code);
  }

  /** Connects at once if it is waiting to. */
  hurry() {
    if (this.#timer) this.#retryIn(0);
  }

  /** Comes back later, each time later than before. */
  retry() {
    const longest = Math.min(LONGEST, SHORTEST * 2 ** this.#failures++);
    this.#retryIn(longest * (0.5 + Math.random() / 2));
  }

  get failures() {
    return this.#failures;
  }

  #retryIn(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.connect();
    }, delay);
  }

  #take(data) {
    this.#failures = 0;
    this.#heard = Date.now();
    const frame = JSON.parse(data);
    if (frame.cursor) this.cursor = frame.cursor;
    if (frame.type !== "ping") this.onFrame(frame);
  }

  #lost(code) {
    this.#socket = null;
    if (REFUSED.has(code)) {
      this.refuse(code);
      return;
    }
    this.onState("lost");
    this.retry();
  }

  #checkSilence() {
    if (!this.#socket || Date.now() - this.#heard < SILENCE) return;
    this.pause();
    this.#lost(1006);
  }
}
