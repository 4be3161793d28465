// The files of the message in the box. They are uploaded before the message is sent.

import { headers, isLogin, post } from "../page/http.js";
import { gettext, interpolate, ngettext } from "../page/i18n.js";
import { announce, appendError, clearError, showError, showRefusal } from "../page/notices.js";
import { filesOf, saveFiles } from "./drafts.js";
import { describe } from "./encodings.js";
import { addIdField, chipOf, idField, showPicture, sizeOf } from "./file-chips.js";
import { composer } from "./message-box.js";

export function fileList() {
  return document.getElementById("files");
}

function input() {
  return /** @type {HTMLInputElement} */ (document.getElementById("file-input"));
}

export function hasFiles() {
  return Boolean(fileList()?.childElementCount);
}

export function uploading() {
  return Boolean(fileList()?.querySelector("[data-uploading]"));
}

/**
 * Takes the uploaded files out of the box, to send them with a message.
 * @returns {DraftFile[]}
 */
export function takeFiles() {
  const files = uploadedFiles();
  fileList()?.replaceChildren();
  tidy();
  if (files.length) remember();
  return files;
}

export function pickFiles() {
  input().click();
}

function tidy() {
  if (fileList()) fileList().hidden = !hasFiles();
}

/** The requests of running uploads.
 * @type {WeakMap<HTMLElement, XMLHttpRequest>} */
const requests = new WeakMap();

/** @param {HTMLElement} chip */
export function removeFile(chip) {
  requests.get(chip)?.abort();
  const id = idField(chip)?.value;
  chip.remove();
  tidy();
  remember();
  document.getElementById("message-box").focus({ preventScroll: true });
  if (id) post(`${input().dataset.uploadUrl}${id}/remove/`).catch(() => {});
}

/** @returns {DraftFile[]} the files whose upload has finished */
function uploadedFiles() {
  const uploaded = [...(fileList()?.querySelectorAll("li") ?? [])].filter(idField);
  return uploaded.map((chip) => {
    const { name, size, image, encoding, note, preview } = chip.dataset;
    return { id: idField(chip).value, name, size: Number(size), image, encoding, note, preview };
  });
}

/** Saves the files with the draft, so that nothing is uploaded again after a reload. */
function remember() {
  saveFiles(composer(), uploadedFiles());
}

/** Shows those files of the draft that the server still has. The server deletes files that are never sent. */
export async function restoreFiles() {
  if (!fileList() || hasFiles()) return;
  for (const file of filesOf(composer())) {
    const { id, name, size, image } = file;
    const chip = chipOf(name, size);
    if (image) showPicture(chip, `${input().dataset.uploadUrl}${id}/`);
    addIdField(chip, id);
    describe(chip, file, input().dataset.uploadUrl, remember);
    fileList().append(chip);
    fetch(`${input().dataset.uploadUrl}${id}/`, { method: "HEAD", cache: "no-store" }).then(
      (response) => {
        if (response.status !== 404 || !chip.isConnected) return;
        chip.remove();
        tidy();
        remember();
      },
      () => {},
    );
  }
  tidy();
}

/**
 * @param {HTMLElement} chip
 * @param {XMLHttpRequest} request
 */
function uploadEnded(chip, request) {
  delete chip.dataset.uploading;
  if (!chip.isConnected) return;
  if (request.status === 201) {
    const file = JSON.parse(request.responseText);
    addIdField(chip, file.id);
    describe(chip, file, input().dataset.uploadUrl, remember);
    remember();
    announce(interpolate(gettext("%(name)s is attached."), { name: chip.dataset.name }));
    return;
  }
  chip.remove();
  tidy();
  if (isLogin(request.responseURL)) showRefusal(401, "");
  else if (request.status) appendError(() => showRefusal(request.status, request.responseText));
  else
    showError(
      interpolate(gettext("“%(name)s” could not be uploaded: the server cannot be reached."), {
        name: chip.dataset.name,
      }),
    );
}

/**
 * Uploads with XMLHttpRequest, because `fetch` does not report upload progress.
 * @param {File} file
 */
function upload(file) {
  const chip = chipOf(file.name, file.size);
  if (file.type.startsWith("image/")) showPicture(chip, URL.createObjectURL(file));
  chip.dataset.uploading = "";
  fileList().append(chip);
  tidy();
  const body = new FormData();
  body.append("file", file, file.name);
  const bar = /** @type {HTMLProgressElement} */ (chip.querySelector("progress"));
  const request = new XMLHttpRequest();
  requests.set(chip, request);
  request.open("POST", input().dataset.uploadUrl);
  for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
  request.upload.onprogress = (event) => (bar.value = event.loaded / event.total);
  request.onloadend = () => uploadEnded(chip, request);
  request.send(body);
}

/**
 * Attaches files to the message in the box.
 * @param {File[]} files
 */
export function attach(files) {
  clearError();
  const { maxBytes, maxCount } = input().dataset;
  for (const file of files) {
    if (fileList().childElementCount >= Number(maxCount)) {
      showError(
        interpolate(
          ngettext("You can attach %(count)s file.", "You can attach up to %(count)s files.", Number(maxCount)),
          {
            count: maxCount,
          },
        ),
      );
      return;
    }
    if (file.size > Number(maxBytes)) {
      appendError(() =>
        showError(
          interpolate(gettext("“%(name)s” is %(size)s; the limit is %(limit)s."), {
            name: file.name,
            size: sizeOf(file.size),
            limit: sizeOf(Number(maxBytes)),
          }),
        ),
      );
    } else upload(file);
  }
}
