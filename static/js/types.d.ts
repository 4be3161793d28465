// What the type check (`npm run types`) cannot see: libraries that the page loads as classic scripts, and that every
// element of our pages is an HTMLElement.

interface Window {
  htmx?: {
    /** Makes the hx-* attributes of new markup work. */
    process(element: Element): void;
    trigger(element: Element, name: string): void;
  };
  katex: { render(tex: string, element: HTMLElement, options: object): void };
  mermaid: {
    initialize(options: object): void;
    render(id: string, text: string): Promise<{ svg: string }>;
  };
}

interface HtmxEvent extends CustomEvent {
  readonly detail: {
    elt: HTMLElement;
    xhr: XMLHttpRequest;
    successful: boolean;
    shouldSwap: boolean;
    requestConfig: { verb: string };
    parameters: Record<string, string>;
  };
}

interface DocumentEventMap {
  "htmx:afterRequest": HtmxEvent;
  "htmx:afterSwap": HtmxEvent;
  "htmx:beforeSwap": HtmxEvent;
  "htmx:configRequest": HtmxEvent;
  "htmx:responseError": HtmxEvent;
  "htmx:sendError": HtmxEvent;
}

interface ParentNode {
  querySelector<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K] | null;
  querySelector(selector: string): HTMLElement | null;
  querySelectorAll(selector: string): NodeListOf<HTMLElement>;
}

interface Element {
  closest(selector: string): HTMLElement | null;
}

/**
 * A frame as agentex_web/chat/frames.py makes it. `message` and `turn` are ids; `html` is the markup of the message or
 * of the turn's status line. `call` names a model call: that of a message that begins, or one whose messages are removed.
 */
interface Frame {
  type:
    | "started"
    | "delta"
    | "reset"
    | "done"
    | "turn"
    | "stopping"
    | "resync"
    | "version"
    | "ping"
    | "rows"
    | "list"
    | "title"
    | "suggested";
  cursor?: string;
  /** Of the chat. */
  title?: string;
  /** Markup of rows of the list of chats, by the chat's id. */
  rows?: Record<string, string>;
  /** Of the task: what the page shows with this frame. */
  version?: number;
  /** Of the model call. The messages of earlier attempts, and in a reset of this one, are removed. */
  attempt?: number;
  turn?: string;
  message?: string;
  status?: string;
  call?: string;
  html?: string;
  /** Of a message that began: it was there, and grows. */
  continues?: boolean;
  /** Of `text` in the message, in UTF-16 code units. */
  offset?: number;
  text?: string;
}

/**
 * How a streamed message's markup changed (agentex_web/chat/live.py). From the top element number `first` on,
 * everything is replaced: by the first `keep` characters of the previous `tail`, followed by `html`. The last `tail`
 * characters of that are what the next `keep` counts in. Lengths are in UTF-16 code units.
 */
interface MarkupChange {
  first: number;
  keep: number;
  html: string;
  tail: number;
}

/** What the page knows of a message that streams. */
interface StreamingState {
  /** Of the text so far, in UTF-16 code units. */
  length: number;
  /** Text that is not on the page yet. */
  waiting: string[];
  /** Markup that is not on the page yet. */
  renders: {
    first: number;
    markup: string;
    /** How a code block grew, if that is all; else the markup is parsed. */
    grown?: { gone: number; added: string };
    /** What follows that block now. */
    rest?: DocumentFragment;
    source?: DocumentFragment;
    count: number;
  }[];
  /** The text node that grows. */
  node: Text | null;
  /** Markup before `tail`. */
  finished: string;
  tail: string;
}

/** A file that is on the server and waits for its message. */
interface DraftFile {
  id: string;
  name: string;
  size: number;
  image?: string;
  /** How a text was read: encodings.js. */
  encoding?: string;
  note?: string;
  preview?: string;
}

/** A message that was sent and not accepted yet. */
interface Outgoing {
  id: string;
  text: string;
  files: DraftFile[];
  /** The form's other fields. */
  fields: [string, string][];
  /** A suggestion, which was not typed. */
  isStarter?: boolean;
}

/** An agent that a message names. */
interface To {
  name: string;
  title: string;
}

interface Draft {
  text?: string;
  to?: To;
  files?: DraftFile[];
  outgoing?: Outgoing[];
  /** The text and files under which `id` was sent last. */
  sent?: string;
  id?: string;
}
