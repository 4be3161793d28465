// Declares what the type check (`npm run types`) cannot know: libraries that are loaded as classic scripts, and that
// every element of our pages is an HTMLElement.

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
  "htmx:afterSettle": HtmxEvent;
  "htmx:afterSwap": HtmxEvent;
  "htmx:beforeSwap": HtmxEvent;
  "htmx:configRequest": HtmxEvent;
  "htmx:responseError": HtmxEvent;
  "htmx:beforeSend": HtmxEvent;
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
 * A frame from agentex_web/chat/frames.py. `message` and `turn` are ids; `html` is the markup of the message or of the
 * turn's status line. `call` is the id of a model call: the call that a new message belongs to, or the call to reset.
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
  /** Title of the chat. */
  title?: string;
  /** Markup of rows in the chat list, by chat id. */
  rows?: Record<string, string>;
  /** Version of the task that the page shows after this frame. */
  version?: number;
  /** Attempt of the model call. Earlier attempts' messages are removed; a reset also removes those of this attempt. */
  attempt?: number;
  turn?: string;
  message?: string;
  status?: string;
  call?: string;
  html?: string;
  /** True if a message that already exists is continued. */
  continues?: boolean;
  /** Offset of `text` in the message, in UTF-16 code units. */
  offset?: number;
  text?: string;
}

/**
 * How a streamed message's markup changed (agentex_web/chat/live.py). Everything from top-level element `first` on is
 * replaced with the first `keep` characters of the previous tail, followed by `html`. The last `tail` characters of the
 * result are the tail that the next change refers to. Lengths are in UTF-16 code units.
 */
interface MarkupChange {
  first: number;
  keep: number;
  html: string;
  tail: number;
}

/** State of a message that is streaming. */
interface StreamingState {
  /** Length of the text so far, in UTF-16 code units. */
  length: number;
  /** Text that is not on the page yet. */
  waiting: string[];
  /** Markup that is not on the page yet. */
  renders: {
    first: number;
    markup: string;
    /** How a code block grew, if nothing else changed. Otherwise the markup is parsed. */
    grown?: { gone: number; added: string };
    /** The content that now follows that block. */
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

/** An uploaded file whose message has not been sent yet. */
interface DraftFile {
  id: string;
  name: string;
  size: number;
  image?: string;
  /** How the server read a text file: encodings.js. */
  encoding?: string;
  note?: string;
  preview?: string;
}

/** A message that was sent but not accepted yet. */
interface Outgoing {
  id: string;
  text: string;
  files: DraftFile[];
  /** The form's other fields. */
  fields: [string, string][];
  /** True for a suggestion, which was not typed. */
  isStarter?: boolean;
}

/** The agent that a message is addressed to. */
interface To {
  name: string;
  title: string;
}

interface Draft {
  text?: string;
  to?: To;
  files?: DraftFile[];
  outgoing?: Outgoing[];
  /** The text and files that were last sent under `id`. */
  sent?: string;
  id?: string;
}
