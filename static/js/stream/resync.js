// Reloads the conversation from the server and continues streaming from its cursor.

import { enhanceForms, keepUnderWay } from "../conversation/articles.js";
import { enhanceProse, finishProse } from "../conversation/prose.js";
import { keepPlace } from "../conversation/reading-place.js";
import { foldSteps } from "../conversation/steps.js";
import { enhancePreviews } from "../conversation/tool-preview.js";
import { get, isLogin, parse } from "../page/http.js";
import { showConnection } from "../page/notices.js";
import { showAgent } from "../page/title.js";

/** @import { TaskSocket } from "./socket.js" */

const APART = 1000; // ms between two resyncs, so that a repeated fault does not flood the server.

const sleep = (/** @type {number} */ delay) => new Promise((resolve) => setTimeout(resolve, Math.max(0, delay)));

/**
 * Returns the resync function. Calls during a running resync do nothing.
 * @param {HTMLElement} conversation
 * @param {object} options
 * @param {() => TaskSocket} options.socket
 * @param {() => void} options.changed called when the new markup is on the page
 */
export function makeResync(conversation, { socket, changed }) {
  let underway = false;
  let last = 0;
  return async function resync() {
    if (underway) return;
    underway = true;
    socket().pause();
    await sleep(last + APART - Date.now());
    last = Date.now();
    try {
      const first = conversation.querySelector("[data-turn-id]")?.dataset.turnId ?? "";
      const response = await get(`${conversation.dataset.conversationUrl}?first=${first}`);
      if (response.status === 401 || isLogin(response.url)) return socket().refuse(4401);
      if (response.status === 403 || response.status === 404) return socket().refuse(4000 + response.status);
      if (!response.ok) throw new Error(`${response.status}`);
      const fresh = parse(await response.text());
      const earlier = fresh.querySelector("[data-earlier]") && (await import("../conversation/earlier.js"));
      enhanceProse(fresh);
      enhancePreviews(fresh);
      foldSteps(fresh);
      keepUnderWay(conversation, fresh);
      keepPlace(conversation, () => {
        earlier?.keepEarlier(conversation, fresh, first);
        conversation.replaceChildren(...fresh.childNodes);
      });
      conversation.dataset.cursor = socket().cursor = fresh.dataset.cursor;
      conversation.dataset.version = socket().version = fresh.dataset.version;
      showAgent(conversation, fresh.dataset.agent, fresh.dataset.speaker);
      finishProse(conversation);
      enhanceForms(conversation);
      window.htmx?.process(conversation);
      changed();
      socket().connect();
    } catch {
      showConnection("lost");
      socket().cursor = conversation.dataset.cursor;
      socket().version = conversation.dataset.version;
      socket().retry();
    } finally {
      underway = false;
    }
  };
}
