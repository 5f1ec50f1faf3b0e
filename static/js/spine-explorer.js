// Tie the picture of the spine to the list of links beside it: pointing at one lights up the other,
// and a click on a part of the picture follows its link.
// Without this script the list of links works by itself, and the picture is just a picture.

// The region to light: a pointer wins over focus, and when both are gone, what the page itself had lit comes back.
export function lit({ pointed = null, focused = null, chosen = null }) {
  return pointed ?? focused ?? chosen;
}

// The link that stands for a region, or null: a shape without a link does nothing.
export function linkFor(links, region) {
  return links.find((link) => link.dataset.region === region) ?? null;
}

export function start(explorer) {
  const links = [...explorer.querySelectorAll("a[data-region]")];
  const shapes = [...explorer.querySelectorAll("svg [data-region]")];
  const chosen = shapes.find((shape) => shape.classList.contains("is-on"))?.dataset.region;
  let state = { chosen };

  function show(change) {
    state = { ...state, ...change };
    for (const part of [...links, ...shapes]) {
      part.classList.toggle("is-on", part.dataset.region === lit(state));
    }
  }

  for (const part of [...links, ...shapes]) {
    part.addEventListener("pointerenter", () => show({ pointed: part.dataset.region }));
    part.addEventListener("pointerleave", () => show({ pointed: null }));
  }
  for (const link of links) {
    link.addEventListener("focus", () => show({ focused: link.dataset.region }));
    link.addEventListener("blur", () => show({ focused: null }));
  }
  for (const shape of shapes) {
    const link = linkFor(links, shape.dataset.region);
    if (!link) continue;
    shape.closest("svg").classList.add("is-live");
    shape.addEventListener("click", () => link.click());
  }
}

if (typeof document !== "undefined") {
  document.querySelectorAll('[data-module="spine-explorer"]').forEach(start);
}
