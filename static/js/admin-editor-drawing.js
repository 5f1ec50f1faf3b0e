// Show the drawing that is chosen for a step at once.
// Without this script the one that is stored is shown, and a link leads to all of them.

let all; // name of a drawing -> the place on the page of all drawings that shows it

function drawings(url) {
  all ??= fetch(url)
    .then((answer) => answer.text())
    .then((text) => {
      const items = new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-line]");
      return new Map([...items].map((item) => [nameOf(item.dataset.line), item.querySelector(".insert__drawing")]));
    });
  return all;
}

// Return the name of the drawing that a line of Markdown puts into a text.
export function nameOf(line) {
  return /\(figure:([\w-]+)/.exec(line)?.[1] ?? "";
}

async function show(select) {
  const place = select.closest('[data-module="drawing"]');
  const shown = place.querySelector("[data-shown]");
  const name = select.value;
  shown.hidden = true;
  if (!name) return;
  try {
    const found = (await drawings(place.querySelector("a").href)).get(name);
    if (!found || select.value !== name) return;
    shown.replaceChildren(...found.cloneNode(true).childNodes);
    shown.hidden = false;
  } catch {
    all = undefined; // without a connection the name has to do
  }
}

if (typeof document !== "undefined") {
  document.addEventListener("change", ({ target }) => target.closest('[data-module="drawing"]') && show(target));
}
