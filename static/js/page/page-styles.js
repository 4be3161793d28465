// The styles of pages that are no chats. Each applies only while such a page is shown.

const STYLES = "link[data-page-style]";

/** @param {ParentNode} root */
function hrefs(root) {
  return /** @type {HTMLLinkElement[]} */ ([...root.querySelectorAll(STYLES)]).map((link) => link.getAttribute("href"));
}

/** @param {string} href */
function load(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", media: "not all", href });
  link.dataset.pageStyle = "";
  return new Promise((resolve) => {
    // The page works without its style, so an error also resolves.
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });
}

/**
 * Loads the styles of a page. Returns a function that makes them apply instead of those of the page before.
 * @param {Document} page
 */
export async function stylesOf(page) {
  const wanted = hrefs(page);
  const known = hrefs(document);
  await Promise.all(wanted.filter((href) => !known.includes(href)).map(load));
  return () => {
    for (const link of /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll(STYLES)))
      link.media = wanted.includes(link.getAttribute("href")) ? "all" : "not all";
  };
}
