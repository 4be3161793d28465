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
  };
}

interface DocumentEventMap {
  "htmx:afterRequest": HtmxEvent;
  "htmx:afterSwap": HtmxEvent;
  "htmx:beforeSwap": HtmxEvent;
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
