// A WebSocket of the page. It remembers the cursor and the page's version, and reconnects after everything except a
// refusal.

const SILENCE = 45_000; // ms; the server pings every 20 s, so two pings were missed.
const SHORTEST = 500; // ms until the first reconnect.
const LONGEST = 15_000; // ms, the longest pause between reconnects.
const REFUSED = new Set([4401, 4403, 4404, 4429]); // Logged out, no access, deleted, too many open.

export class TaskSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #failures = 0;
  #timer = 0;
  #lastMessage = 0;
  #refused = false;
  #ended = new AbortController();

  /**
   * @param {object} options
   * @param {string} options.path of the socket
   * @param {string} options.cursor where the stream continues
   * @param {string} [options.version] the version of the task that the page shows
   * @param {boolean} [options.isNew] the task is just being created: the server waits a moment for it
   * @param {(frame: Frame) => void} options.onFrame
   * @param {(state: "open" | "lost" | "refused", code?: number) => void} options.onState `code` comes with "refused"
   */
  constructor({ path, cursor, version, isNew = false, onFrame, onState }) {
    this.path = path;
    this.cursor = cursor;
    this.version = version;
    this.isNew = isNew;
    this.onFrame = onFrame;
    this.onState = onState;
    const { signal } = this.#ended;
    const watch = setInterval(() => this.#checkSilence(), 5000);
    signal.addEventListener("abort", () => clearInterval(watch));
    addEventListener("online", () => this.hurry(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.hurry(), { signal });
    document.addEventListener("visibilitychange", () => !document.hidden && this.hurry(), { signal });
  }

  /** Closes the socket for good without calling `onState`, when the page shows another view. */
  end() {
    this.#refused = true;
    this.#ended.abort();
    clearTimeout(this.#timer);
    this.pause();
  }

  connect() {
    clearTimeout(this.#timer);
    this.pause();
    if (this.#refused) return;
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("cursor", this.cursor);
    if (this.version) url.searchParams.set("version", this.version);
    if (this.isNew) url.searchParams.set("new", "1");
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#lastMessage = Date.now();
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onopen = () => socket === this.#socket && this.onState("open");
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
  }

  /** Closes the socket without calling `onState`. Frames that still arrive are ignored. */
  pause() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  /**
   * Ends the connection for good.
   * @param {number} code as in REFUSED
   */
  refuse(code) {
    this.#refused = true;
    clearTimeout(this.#timer);
    this.pause();
    this.onState("refused", code);
  }

  /** Connects at once if a reconnect is pending. */
  hurry() {
    if (this.#timer) this.#retryIn(0);
  }

  /** Schedules a reconnect, after a longer pause each time. */
  retry() {
    const longest = Math.min(LONGEST, SHORTEST * 2 ** this.#failures++);
    this.#retryIn(longest * (0.5 + Math.random() / 2));
  }

  /** Connection attempts since the last message from the server. */
  get failures() {
    return this.#failures;
  }

  /** @param {number} delay in ms */
  #retryIn(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.connect();
    }, delay);
  }

  /** @param {string} data */
  #receive(data) {
    this.#failures = 0;
    this.#lastMessage = Date.now();
    this.isNew = false;
    const frame = JSON.parse(data);
    if (frame.cursor) this.cursor = frame.cursor;
    if (frame.version) this.version = String(frame.version);
    if (frame.type !== "ping") this.onFrame(frame);
  }

  /** @param {number} code with which the socket was closed */
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
    if (!this.#socket || Date.now() - this.#lastMessage < SILENCE) return;
    this.pause();
    this.#lost(1006);
  }
}
