// Files for a message: picked, dropped or pasted; on the server before the message is sent.

import { filesOf, saveFiles } from "./drafts.js";
import { headers, isLogin, post } from "../page/http.js";
import { announce, below, clearError, showError, showRefusal } from "../page/notices.js";

function list() {
  return document.getElementById("files");
}

function input() {
  return document.getElementById("file-input");
}

export function hasFiles() {
  return Boolean(list()?.childElementCount);
}

export function uploading() {
  return Boolean(list()?.querySelector("[data-uploading]"));
}

export function clearFiles() {
  list()?.replaceChildren();
  tidy();
}

export function pickFiles() {
  input().click();
}

function tidy() {
  if (list()) list().hidden = !hasFiles();
}

// As Django's filesizeformat rounds.
const rounded = new Intl.NumberFormat("en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  roundingMode: "halfEven",
  useGrouping: false,
});

/** What Django's filesizeformat says, so that a file is as large when it was sent as before. */
function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes}\u00a0byte${bytes === 1 ? "" : "s"}`;
  const step = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${rounded.format(bytes / 1024 ** step)}\u00a0${"KMG"[step - 1]}B`;
}

export function removeFile(chip) {
  chip.request?.abort();
  const id = chip.querySelector("input")?.value;
  chip.remove();
  tidy();
  remember();
  document.getElementById("message-box").focus({ preventScroll: true });
  if (id) post(`${input().dataset.uploadUrl}${id}/remove/`).catch(() => {});
}

/** With the draft, so that a reload costs no upload. */
function remember() {
  const kept = [...list().children].filter((chip) => chip.querySelector("input"));
  const files = kept.map((chip) => {
    const { name, size, image } = chip.dataset;
    return { id: chip.querySelector("input").value, name, size, image };
  });
  saveFiles(document.getElementById("composer"), files);
}

function keep(chip, id) {
  const kept = document.createElement("input");
  kept.type = "hidden";
  kept.name = "attachments";
  kept.value = id;
  chip.append(kept);
}

/** Shows the files of the draft that the server still has: it forgets those that nobody sends. */
export async function restoreFiles() {
  const form = document.getElementById("composer");
  if (!list() || hasFiles()) return;
  for (const { id, name, size, image } of filesOf(form)) {
    const chip = chipOf(name, size);
    if (image) picture(chip, `${input().dataset.uploadUrl}${id}/`);
    keep(chip, id);
    list().append(chip);
    fetch(`${input().dataset.uploadUrl}${id}/`, { method: "HEAD", cache: "no-store" }).then((response) => {
      if (response.status !== 404 || !chip.isConnected) return;
      chip.remove();
      tidy();
      remember();
    }, () => {});
  }
  tidy();
}

function arrived(chip, request) {
  delete chip.dataset.uploading;
  if (!chip.isConnected) return;
  if (request.status === 201) {
    keep(chip, JSON.parse(request.responseText).id);
    remember();
    announce(`${chip.dataset.name} is attached.`);
    return;
  }
  chip.remove();
  tidy();
  if (isLogin(request.responseURL)) showRefusal(401, "");
  else if (request.status) below(() => showRefusal(request.status, request.responseText));
  else showError(`“${chip.dataset.name}” could not be uploaded: the server cannot be reached.`);
}

function chipOf(name, size) {
  const chip = document.getElementById("file-template").content.firstElementChild.cloneNode(true);
  chip.dataset.name = name;
  chip.dataset.size = size;
  chip.querySelector(".file-name").textContent = name;
  chip.querySelector(".file-size").textContent = sizeOf(size);
  chip.querySelector("button").setAttribute("aria-label", `Remove ${name}`);
  return chip;
}

/** What is no image after all stays a name. */
function picture(chip, address) {
  const image = document.createElement("img");
  image.alt = "";
  const over = () => URL.revokeObjectURL(address);
  image.addEventListener("load", over);
  image.addEventListener("error", () => (over(), image.remove()));
  image.src = address;
  chip.dataset.image = "1";
  chip.prepend(image);
}

// `fetch` tells nothing of how far an upload is.
function upload(file) {
  const chip = chipOf(file.name, file.size);
  if (file.type.startsWith("image/")) picture(chip, URL.createObjectURL(file));
  chip.dataset.uploading = "";
  list().append(chip);
  tidy();
  const body = new FormData();
  body.append("file", file, file.name);
  const request = new XMLHttpRequest();
  chip.request = request;
  request.open("POST", input().dataset.uploadUrl);
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  request.upload.onprogress = (event) => (chip.querySelector("progress").value = event.loaded / event.total);
  request.onloadend = () => arrived(chip, request);
  request.send(body);
}

function take(files) {
  clearError();
  const { maxBytes, maxCount } = input().dataset;
  for (const file of files) {
    if (list().childElementCount >= Number(maxCount)) {
      showError(`A message can have ${maxCount} files at most.`);
      return;
    }
    if (file.size > Number(maxBytes)) {
      below(() => showError(`“${file.name}” has ${sizeOf(file.size)}; ${sizeOf(Number(maxBytes))} is the most.`));
    } else upload(file);
  }
}

export function startFiles() {
  const hasDropped = (event) => list() && event.dataTransfer?.types.includes("Files");
  const mark = (on) => document.getElementById("composer")?.classList.toggle("dropping", on);
  document.addEventListener("change", (event) => {
    if (event.target !== input()) return;
    take([...event.target.files]);
    event.target.value = "";
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (event.target.id !== "message-box" || !files.length) return;
    event.preventDefault();
    take(files);
  });
  document.addEventListener("dragover", (event) => {
    if (!hasDropped(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => event.relatedTarget || mark(false));
  document.addEventListener("drop", (event) => {
    if (!hasDropped(event)) return;
    event.preventDefault();
    mark(false);
    take([...event.dataTransfer.files]);
  });
}
