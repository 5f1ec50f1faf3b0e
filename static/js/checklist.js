// Count the ticks of a home-care plan, and keep them on this device once the patient asks for it.
// Without this script the plan still reads, can be ticked, and prints as a plain list.

export const KEPT_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000; // milliseconds

export function keyOf(checklist) {
  return `spasmguide.checklist.${checklist}`;
}

// Return the words for the progress line; the two patterns hold %(done)s and %(total)s.
export function progressWords(done, total, patterns) {
  const pattern = total > 0 && done === total ? patterns.done : patterns.progress;
  return pattern.replace("%(done)s", done).replace("%(total)s", total);
}

// Return what to write for the ticked steps of a day.
export function written(ticked, now) {
  return JSON.stringify({ ticked, on: new Date(now).toISOString().slice(0, 10) });
}

// Return the ids ticked in what was written, or null when there is nothing, or it is too old or broken.
export function read(text, now) {
  try {
    const { ticked, on } = JSON.parse(text);
    const age = now - Date.parse(on);
    return Array.isArray(ticked) && age < KEPT_DAYS * DAY ? ticked : null;
  } catch {
    return null;
  }
}

// Storage that may be blocked or full, as in a private window: then nothing is kept, and nothing breaks.
export function careful(storage) {
  const attempt = (action) => {
    try {
      return action(storage());
    } catch {
      return null;
    }
  };
  return {
    get: (key) => attempt((box) => box.getItem(key)),
    set: (key, text) => attempt((box) => (box.setItem(key, text), true)) === true,
    remove: (key) => attempt((box) => box.removeItem(key)),
  };
}

function start(form) {
  const box = careful(() => window.localStorage);
  const key = keyOf(form.dataset.checklist);
  const ticks = [...form.querySelectorAll('input[name="done"]')];
  const keep = form.querySelector("[data-keep-box]");
  const progress = form.querySelector("#progress");
  const said = form.querySelector("[data-said]");
  const patterns = { done: form.dataset.done, progress: form.dataset.progress };

  const ticked = () => ticks.filter((tick) => tick.checked).map((tick) => tick.value);
  const show = () => {
    progress.textContent = progressWords(ticked().length, ticks.length, patterns);
  };
  const save = () => keep.checked && box.set(key, written(ticked(), Date.now()));
  const clear = () => {
    for (const tick of ticks) tick.checked = false;
    show();
  };

  const kept = read(box.get(key), Date.now());
  if (kept) {
    keep.checked = true;
    for (const tick of ticks) tick.checked = kept.includes(tick.value);
  } else {
    box.remove(key);
    keep.checked = false; // a browser may remember the box, but nothing is kept
  }
  form.querySelector("[data-keep]").hidden = false;
  show();

  form.addEventListener("change", (event) => {
    if (event.target.name === "done") {
      show();
      save();
    } else if (event.target === keep) {
      if (keep.checked) {
        keep.checked = save();
        said.textContent = keep.checked ? said.dataset.kept : said.dataset.forgotten;
      } else {
        box.remove(key);
        said.textContent = said.dataset.forgotten;
      }
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector("[data-clear]").addEventListener("click", () => {
    const before = ticked();
    if (!before.length) return;
    clear();
    save();
    said.textContent = said.dataset.cleared;
  });
  form.querySelector("[data-forget]").addEventListener("click", () => {
    box.remove(key);
    keep.checked = false;
    clear();
    said.textContent = said.dataset.forgotten;
  });
}

if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll('[data-module="checklist"]')) start(form);
}
