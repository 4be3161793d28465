// Frames that only prepare an answer are applied together with its first words: between two frames, the browser may draw
// the page, and the words wait until it has.

const MOMENT = 50; // ms, the longest wait for the next frame.

/** @param {Frame} frame */
function prepares({ type, status }) {
  return type === "started" || (type === "turn" && status === "running");
}

/**
 * @param {(frame: Frame) => void} apply
 * @returns `take` passes frames on in order; `flush` passes on those that wait
 */
export function together(apply) {
  /** @type {Frame[]} */
  let waiting = [];
  let timer = 0;
  function flush() {
    clearTimeout(timer);
    timer = 0;
    const frames = waiting;
    waiting = [];
    for (const frame of frames) apply(frame);
  }
  return {
    /** @param {Frame} frame */
    take(frame) {
      waiting.push(frame);
      if (!prepares(frame)) flush();
      else timer ||= setTimeout(flush, MOMENT);
    },
    flush,
  };
}
