// A toolbar that writes Markdown, and a preview of the field as patients see it.
// Without this script the marks are typed by hand, and the preview opens as a page of its own.

// Every change is { start, end, text, select: [from, to] }: what to put in place of start to end.

// Put marks around the selected words, or take them away.
export function wrapped(value, start, end, mark, placeholder) {
  while (start < end && /\s/.test(value[start])) start += 1;
  while (end > start && /\s/.test(value[end - 1])) end -= 1;
  const around = value.slice(start - mark.length, start) === mark && value.slice(end, end + mark.length) === mark;
  if (around && start >= mark.length) {
    const words = value.slice(start, end);
    const from = start - mark.length;
    return { start: from, end: end + mark.length, text: words, select: [from, from + words.length] };
  }
  const words = value.slice(start, end) || placeholder;
  const from = start + mark.length;
  return { start, end, text: `${mark}${words}${mark}`, select: [from, from + words.length] };
}

const MARKS = { heading: "## ", subheading: "### ", list: "- " };
const ANY_MARK = /^(#{1,6} |- |\* |\d+[.)] )/;

// Make each selected line a heading, a point of a list or a step; once more makes it plain again.
export function lined(value, start, end, kind) {
  const from = value.lastIndexOf("\n", start - 1) + 1;
  const next = value.indexOf("\n", Math.max(end - (end > start ? 1 : 0), start));
  const to = next === -1 ? value.length : next;
  const lines = value.slice(from, to).split("\n");
  const mark = (index) => MARKS[kind] ?? `${index + 1}. `;
  const isMarked = (line, index) => (kind === "steps" ? /^\d+[.)] /.test(line) : line.startsWith(mark(index)));
  const isUndone = lines.every((line, index) => line.trim() === "" || isMarked(line, index)) && lines.some((line) => line.trim());
  let count = 0;
  const text = lines
    .map((line) => {
      if (line.trim() === "" && lines.length > 1) return line;
      const plain = line.replace(ANY_MARK, "");
      return isUndone ? plain : `${mark(count++)}${plain}`;
    })
    .join("\n");
  return { start: from, end: to, text, select: lines.length > 1 ? [from, from + text.length] : [from + text.length, from + text.length] };
}

// Put a block between empty lines, behind the selection; select a piece of it to type over.
export function blocked(value, end, block, piece = "") {
  const before = value.slice(0, end);
  const after = value.slice(end);
  const lead = before.trim() === "" ? "" : "\n".repeat(Math.max(0, 2 - /\n*$/.exec(before)[0].length));
  const tail = after.trim() === "" ? "\n" : "\n".repeat(Math.max(0, 2 - /^\n*/.exec(after)[0].length));
  const from = end + lead.length + (piece ? Math.max(0, block.indexOf(piece)) : block.length);
  return { start: end, end, text: `${lead}${block}${tail}`, select: [from, from + piece.length] };
}

// Put a link in place of the selected words, which become its words; apart from a word just before it.
export function linked(value, start, end, label, address) {
  const words = (value.slice(start, end).trim() || label).replaceAll("[", "(").replaceAll("]", ")");
  const touches = start === end && /[^\s("'“‘[]/.test(value[start - 1] ?? " ");
  const text = `${touches ? " " : ""}[${words}](${address})`;
  return { start, end, text, select: [start + text.length, start + text.length] };
}

export function put(value, start, end, text) {
  return { start, end, text, select: [start + text.length, start + text.length] };
}

export function tableOf({ caption, head, cell }) {
  return `Table: ${caption}\n\n| ${head} 1 | ${head} 2 |\n| --- | --- |\n| ${cell} | ${cell} |`;
}

// Return an address as it can stand in a text, or "" when it is none.
export function addressOf(text) {
  const typed = text.trim();
  const whole = /^[\w.-]+\.[a-z]{2,}(\/|$)/i.test(typed) ? `https://${typed}` : typed;
  return /^https?:\/\/[^\s()<>]+\.[^\s()<>]+$|^mailto:[^\s()<>]+@[^\s()<>]+$|^tel:\+?[0-9]+$/i.test(whole) ? whole : "";
}

const SHORTCUTS = [
  { key: "b", do: "bold" },
  { key: "k", choose: "pages" },
  { code: "Digit2", alt: true, do: "heading" },
  { code: "Digit3", alt: true, do: "subheading" },
  { code: "Digit8", shift: true, do: "list" },
  { code: "Digit7", shift: true, do: "steps" },
];

// Return what a shortcut stands for, as { do } or { choose }, or undefined.
export function shortcutOf({ key, code, ctrlKey, metaKey, altKey, shiftKey }) {
  if (ctrlKey === metaKey) return undefined;
  return SHORTCUTS.find(
    (each) =>
      (each.key ? each.key === key.toLowerCase() : each.code === code) &&
      Boolean(each.alt) === altKey &&
      Boolean(each.shift) === shiftKey,
  );
}

// Change the text as typing would, so that Ctrl+Z takes it back.
function change(area, { start, end, text, select }) {
  area.focus();
  area.setSelectionRange(start, end);
  const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
  if (!done) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(...select);
}

function start(field) {
  const area = field.querySelector("textarea");
  const bar = field.querySelector("[data-bar]");
  const form = area.form;
  const dialog = document.querySelector("[data-editor-dialog]");
  const label = (area.labels[0]?.textContent ?? area.name).replace(/:$/, "");
  const buttons = [...bar.querySelectorAll("button")];
  bar.setAttribute("aria-label", bar.dataset.label.replace("%(field)s", label));
  bar.hidden = false;

  // One stop of the Tab key for the whole bar; arrows move within it.
  const roam = (index) => {
    buttons.forEach((button, place) => {
      button.tabIndex = place === index ? 0 : -1;
    });
  };
  roam(0);
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at === -1 || to === undefined) return;
    event.preventDefault();
    const next = (to + buttons.length) % buttons.length;
    roam(next);
    buttons[next].focus();
  });

  const act = (name, button) => {
    const { value } = area;
    const [from, to] = caret();
    if (name === "bold") change(area, wrapped(value, from, to, "**", bar.dataset.words));
    else if (name === "table") change(area, blocked(value, to, tableOf(button.dataset), button.dataset.caption));
    else change(area, lined(value, from, to, name));
  };

  // Where the caret was; at the end of a text in which nobody has been yet.
  let wasIn = false;
  area.addEventListener("focus", () => {
    wasIn = true;
  });
  const caret = () => (wasIn ? [area.selectionStart, area.selectionEnd] : [area.value.length, area.value.length]);

  const insert = (what, [from, to], { line, address, name }) => {
    const { value } = area;
    if (address) change(area, linked(value, from, to, name, address));
    else if (what === "local") change(area, put(value, from, to, line));
    else change(area, blocked(value, to, line, what === "drawings" ? /\[([^\]]*)\]/.exec(line)[1] : ""));
  };

  const open = (kind, what) => {
    const at = caret();
    const detail = { what, url: form.dataset[what], area, words: area.value.slice(...at), use: (choice) => insert(what, at, choice) };
    dialog.dispatchEvent(new CustomEvent(kind, { detail }));
  };

  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    roam(buttons.indexOf(button));
    if (button.dataset.do) act(button.dataset.do, button);
    else if (button.dataset.choose) open("editor:choose", button.dataset.choose);
    else open("editor:ask", "outside");
  });

  area.addEventListener("keydown", (event) => {
    const shortcut = shortcutOf(event);
    if (!shortcut) return;
    event.preventDefault();
    if (shortcut.do) act(shortcut.do, bar.querySelector(`[data-do="${shortcut.do}"]`));
    else open("editor:choose", shortcut.choose);
  });

  // The preview of this field
  const button = field.querySelector("[data-preview]");
  const place = field.querySelector("[data-shown-here]");
  const said = field.querySelector("[data-said]");
  const of = button.querySelector("[data-of]");
  const words = button.firstChild;
  of.textContent = ` ${label}`;
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", `${button.dataset.show}: ${label}`);
  button.setAttribute("aria-expanded", "false");
  let timer = 0;

  const show = async (isFirst) => {
    const body = new URLSearchParams({ _field: area.name, [area.name]: area.value });
    const token = form.querySelector('input[name="csrfmiddlewaretoken"]').value;
    try {
      const answer = await fetch(form.dataset.prose, { method: "POST", body, headers: { "X-Fragment": "1", "X-CSRFToken": token } });
      if (!answer.ok || answer.redirected) throw new Error("no preview");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
      place.hidden = false;
      if (isFirst) said.textContent = button.dataset.shown;
    } catch {
      said.textContent = button.dataset.failed;
      if (place.hidden) toggle(false);
    }
  };
  const toggle = (isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    words.textContent = isOpen ? button.dataset.hide : button.dataset.show;
    if (!isOpen) {
      place.hidden = true;
      place.replaceChildren();
    }
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    said.textContent = "";
    toggle(isOpen);
    if (isOpen) show(true);
  });
  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (!place.hidden) timer = setTimeout(show, 700);
  });
}

// The window in which something is chosen: the same page that opens without this script, read in.
function startDialog(dialog) {
  const title = dialog.querySelector("[data-title]");
  const place = dialog.querySelector("[data-place]");
  const said = dialog.querySelector("[data-said]");
  let use = () => {};
  let area = null;
  let isUsed = false;

  const open = (detail) => {
    ({ use, area } = detail);
    isUsed = false;
    place.replaceChildren();
    said.textContent = "";
    if (!dialog.open) dialog.showModal();
  };
  dialog.addEventListener("close", () => isUsed || area?.focus());
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());

  const chosen = (choice) => {
    isUsed = true;
    dialog.close();
    use(choice);
  };

  const read = async (url, options) => {
    try {
      const answer = await fetch(url, options);
      if (!answer.ok) throw new Error("no list");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const content = page.querySelector("#content-main");
      if (!content || page.querySelector("#login-form")) throw new Error("signed out");
      return { content, heading: page.querySelector("h1")?.textContent ?? "" };
    } catch {
      said.textContent = said.dataset.failed;
      return null;
    }
  };

  const show = ({ content, heading }, what, url) => {
    title.textContent = heading;
    for (const item of content.querySelectorAll("[data-choices] > li")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "insert__button";
      const name = item.querySelector("[data-name]").textContent;
      item.querySelector("[data-code]").remove();
      button.append(...item.childNodes);
      item.append(button);
      button.addEventListener("click", () => chosen({ ...item.dataset, name }));
    }
    place.replaceChildren(...content.childNodes);
    const search = place.querySelector("[data-insert-search]");
    search?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const words = search.querySelector("input").value;
      const found = await read(`${url}?q=${encodeURIComponent(words)}`);
      if (!found) return;
      show(found, what, url);
      place.querySelector("[data-insert-search] input").focus();
      const count = place.querySelectorAll("[data-choices] > li").length;
      said.textContent = said.dataset.found.replace("%(number)s", count);
    });
    const add = place.querySelector("[data-insert-add]");
    add?.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.textContent = said.dataset.busy;
      const { files } = add.querySelector("input[type=file]");
      const found = await read(add.action, { method: "POST", body: new FormData(add) });
      if (!found) return;
      show(found, what, url);
      said.textContent = "";
      const again = place.querySelector("[data-insert-add] input[type=file]");
      if (again && !again.closest(".field").querySelector(".errorlist")) again.files = files; // nobody chooses it twice
      const first = place.querySelector(".errorlist")?.closest(".field")?.querySelector("input") ?? place.querySelector(".insert__button");
      first?.focus();
    });
    dropInto(place.querySelector("[data-insert-add] input[type=file]"));
  };

  dialog.addEventListener("editor:choose", async ({ detail }) => {
    open(detail);
    title.textContent = dialog.dataset.wait;
    const found = await read(detail.url);
    if (!found) return;
    show(found, detail.what, detail.url);
    (place.querySelector("input[type=search]") ?? place.querySelector("button"))?.focus();
  });

  dialog.addEventListener("editor:ask", ({ detail }) => {
    open(detail);
    const asked = dialog.querySelector("template[data-outside]").content.cloneNode(true);
    const form = asked.querySelector("form");
    title.textContent = form.dataset.title;
    place.replaceChildren(asked);
    const [words, address] = form.querySelectorAll("input");
    const wrong = form.querySelector("[data-wrong]");
    words.value = detail.words;
    (detail.words ? address : words).focus();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const url = addressOf(address.value);
      wrong.textContent = url ? "" : wrong.dataset.text;
      if (!url) return address.focus();
      chosen({ address: url, name: words.value.trim() || url });
    });
  });
}

// A picture can also be dropped on its field; the button beside it does the same.
function dropInto(input) {
  const area = input?.closest(".field");
  if (!area) return;
  area.classList.add("field--drop");
  area.addEventListener("dragover", (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

if (typeof document !== "undefined") {
  const dialog = document.querySelector("[data-editor-dialog]");
  if (dialog) startDialog(dialog);
  for (const field of document.querySelectorAll('[data-module="markdown"]')) start(field);
}
