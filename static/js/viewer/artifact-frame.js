// Runs in artifact-frame.html: becomes the page that it is sent. The frame's policy stays with its document.

addEventListener("message", (event) => {
  if (event.source !== parent || typeof event.data?.source !== "string") return;
  document.open();
  document.write(event.data.source);
  document.close();
});
parent.postMessage({ ready: true }, "*");
