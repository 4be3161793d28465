// Runs in artifact-frame.html: replaces the document with the page it receives. The frame's CSP still applies.

addEventListener("message", (event) => {
  if (event.source !== parent || typeof event.data?.source !== "string") return;
  document.open();
  document.write(event.data.source);
  document.close();
});
parent.postMessage({ ready: true }, "*");
