// Bring the hints beside the fields up to date while somebody types, show the place, and write better words.
// Without this script the hints are those of the last time the text was saved, with the same words.

export const PAUSE = 1200; // milliseconds after the last key

// The server counts characters, a text field counts the halves of rare ones too.
export function placeOf(text, characters) {
  return [...text].slice(0, characters).join("").length;
}

// Return the words from one character to another.
export function pieceOf(text, from, to) {
  return [...text].slice(from, to).join("");
}

export function said(label, summary, none) {
  return `${label}: ${summary || none}`;
}

// What is newly to be mended shows itself; what somebody has folded stays folded.
export function isOpen(wasOpen, before, now) {
  return wasOpen || now > before;
}

function equip(root) {
  for (const button of root.querySelectorAll("button[data-from]")) button.hidden = false;
  for (const words of root.querySelectorAll("[data-without-script]")) words.hidden = true;
}

function write(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function start(form) {
  const { hints: url } = form.dataset;
  const live = form.querySelector("[data-hints-said]");
  let timer = 0;
  let asked = 0;
  const texts = new Map(); // a field -> the text to which its hints belong

  const fieldOf = (name) => form.elements.namedItem(name);
  const remember = () => {
    for (const box of form.querySelectorAll("[data-hints-for]")) {
      const area = fieldOf(box.dataset.hintsFor);
      if (area) texts.set(area, area.value);
    }
  };

  const tell = (fresh) => {
    const area = document.activeElement;
    const old = area?.name && form.querySelector(`[data-hints-for="${CSS.escape(area.name)}"] summary`);
    const now = area?.name && fresh.querySelector(`[data-hints-for="${CSS.escape(area.name)}"] summary`);
    const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
    const counts = (summary) => words(summary?.querySelector("[data-counts]"));
    if (!area?.matches?.("textarea, input") || counts(old || null) === counts(now || null)) return;
    const label = (area.labels?.[0]?.textContent ?? area.name).replace(/:$/, "");
    live.textContent = said(label, words(now), live.dataset.none);
  };

  const show = (fresh) => {
    tell(fresh);
    for (const box of form.querySelectorAll("[data-hints-for]")) {
      const other = fresh.querySelector(`[data-hints-for="${CSS.escape(box.dataset.hintsFor)}"]`);
      if (!other || other.textContent === box.textContent && box.innerHTML === other.innerHTML) continue;
      if (box.contains(document.activeElement)) continue; // nothing goes from under somebody's hands
      const toMend = () => Number(box.querySelector("[data-counts]")?.dataset.mend ?? 0);
      const wasOpen = Boolean(box.querySelector("details")?.open);
      const before = toMend();
      box.replaceChildren(...other.childNodes);
      const fold = box.querySelector("details");
      if (fold) fold.open = isOpen(wasOpen, before, toMend());
      equip(box);
    }
    const page = fresh.querySelector("[data-page-hints]");
    document.querySelector("[data-page-hints]")?.replaceWith(page);
    const { missing, mend } = page.dataset;
    for (const mark of document.querySelectorAll("[data-missing-part]")) mark.hidden = !missing.split(" ").includes(mark.dataset.missingPart);
    for (const mark of document.querySelectorAll("[data-mend-part]")) mark.hidden = !mend.split(" ").includes(mark.dataset.mendPart);
  };

  const ask = async () => {
    const number = (asked += 1);
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !name.includes("__prefix__")) body.append(name, value);
    }
    try {
      const answer = await fetch(url, { method: "POST", body });
      if (!answer.ok || answer.redirected || number !== asked) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (number !== asked || !fresh.querySelector("[data-page-hints]")) return;
      show(fresh);
      remember();
      form.dispatchEvent(new CustomEvent("editor:alive"));
    } catch {
      // Without a connection the hints stay as they are; saving says what is wrong.
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("rows:changed", later);

  form.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-from]");
    if (!button) return;
    const area = fieldOf(button.closest("[data-hints-for]").dataset.hintsFor);
    const { from, to, write: words } = button.dataset;
    const piece = pieceOf(texts.get(area) ?? area.value, from, to);
    let start = placeOf(texts.get(area) ?? area.value, from);
    if (area.value.slice(start, start + piece.length) !== piece) start = area.value.indexOf(piece); // typed since
    if (start === -1) {
      live.textContent = live.dataset.gone;
      return ask();
    }
    if (words === undefined) {
      area.focus();
      area.setSelectionRange(start, start + piece.length);
    } else {
      write(area, start, start + piece.length, words);
      live.textContent = live.dataset.written.replace("%(words)s", words);
      clearTimeout(timer);
      ask();
    }
  });

  equip(form);
  remember();
}

if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll("form[data-hints]")) start(form);
}
