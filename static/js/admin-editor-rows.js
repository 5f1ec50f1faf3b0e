// Add, remove and move rows of an edition, such as steps and sources, by buttons.
// Without this script there is one empty row, places are numbers, and rows are removed by a tick.

// Return the places of rows, in their order.
export function places(count, step) {
  return Array.from({ length: count }, (_, index) => (index + 1) * step);
}

// Return a name or id of one row as that of another: "steps-2-how" as "steps-5-how".
export function renamed(text, prefix, index) {
  return text.replace(new RegExp(`(^|\\s|id_)${prefix}-(?:\\d+|__prefix__)(?=-|\\s|$)`, "g"), `$1${prefix}-${index}`);
}

export function filled(pattern, facts) {
  return pattern.replace(/%\((\w+)\)s/g, (_, name) => facts[name]);
}

const NAMES = ["id", "name", "for", "aria-labelledby", "aria-describedby", "aria-controls", "data-field", "data-hints-for"];

function start(group) {
  const { prefix, called, moved, added, removed, back } = group.dataset;
  const step = Number(group.dataset.step);
  const list = group.querySelector("[data-rows]");
  const empty = list.querySelector("template[data-empty]");
  const total = group.querySelector(`#id_${prefix}-TOTAL_FORMS`);
  const said = group.querySelector(":scope > [data-said]");
  const rows = () => [...list.querySelectorAll(":scope > [data-row]")];
  const place = (row) => row.querySelector(`[name$="-position"]`);
  const deletion = (row) => row.querySelector('[name$="-DELETE"]');
  const isKept = (row) => !deletion(row)?.checked;
  const name = (row) => row.querySelector(".row__name").textContent.trim();
  const isOrdered = Boolean(empty?.content.querySelector('[name$="-position"]'));

  const rename = (row, index) => {
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of NAMES) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, renamed(value, prefix, index));
      }
    }
  };

  // Number the rows, and their buttons for the ear.
  const label = () => {
    const all = rows();
    all.forEach((row, index) => {
      row.querySelector("[data-number]").textContent = `${called} ${index + 1}`;
      for (const of of row.querySelectorAll("[data-of]")) of.textContent = ` ${called} ${index + 1}`;
      const [up, down] = ["[data-up]", "[data-down]"].map((which) => row.querySelector(which));
      if (up) up.disabled = index === 0;
      if (down) down.disabled = index === all.length - 1;
    });
  };

  // Only rows that are not stored yet can be renamed: the others stand in front, as the server expects.
  const settle = () => {
    const all = rows();
    const fresh = [...all].filter((row) => !row.classList.contains("row--stored"));
    const stored = all.length - fresh.length;
    fresh.forEach((row, index) => rename(row, stored + index));
    total.value = all.length;
    const kept = all.filter(isKept);
    if (isOrdered) {
      const numbers = places(kept.length, step);
      kept.forEach((row, index) => {
        place(row).value = numbers[index];
      });
    }
    label();
    group.dispatchEvent(new CustomEvent("rows:changed", { bubbles: true }));
  };

  const equip = (row) => {
    for (const button of row.querySelectorAll("[data-up], [data-down], [data-remove]")) button.hidden = false;
    const delete_ = row.querySelector("[data-delete]");
    if (delete_) delete_.hidden = true;
    const position = row.querySelector(".field-position");
    if (position && isOrdered) position.hidden = true;
    const words = row.querySelector(".field-words");
    if (words && !words.classList.contains("errors")) words.hidden = true; // the list has its own search
    showRemoved(row);
  };

  const showRemoved = (row) => {
    const button = row.querySelector("[data-remove]");
    if (!button || !deletion(row)) return;
    row.classList.toggle("row--removed", !isKept(row));
    button.querySelector("[data-word]").textContent = isKept(row) ? button.dataset.drop : button.dataset.keep;
  };

  const add = () => {
    const row = empty.content.firstElementChild.cloneNode(true);
    list.append(row);
    equip(row);
    settle();
    row.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: prefix } }));
    return row;
  };

  const move = (row, by) => {
    const all = rows();
    const to = all.indexOf(row) + by;
    if (to < 0 || to >= all.length) return;
    if (by < 0) all[to].before(row);
    else all[to].after(row);
    settle();
    const button = row.querySelector(by < 0 ? "[data-up]" : "[data-down]");
    (button.disabled ? row.querySelector(by < 0 ? "[data-down]" : "[data-up]") : button).focus();
    said.textContent = filled(moved, { row: name(row), place: to + 1, total: all.length });
  };

  const remove = (row) => {
    const box = deletion(row);
    const told = name(row);
    if (box && row.classList.contains("row--stored")) {
      box.checked = !box.checked;
      showRemoved(row);
      settle();
      said.textContent = filled(box.checked ? removed : back, { row: told });
      return;
    }
    const next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
    row.remove();
    settle();
    said.textContent = filled(removed, { row: told });
    (next?.querySelector?.("[data-remove]") ?? group.querySelector("[data-add]")).focus();
  };

  group.addEventListener("click", ({ target }) => {
    const row = target.closest("[data-row]");
    if (target.closest("[data-add]")) {
      const fresh = add();
      said.textContent = filled(added, { place: rows().length });
      fresh.querySelector("input:not([type=hidden], [hidden] *), textarea, select, .select2-selection")?.focus();
    } else if (target.closest("[data-up]")) move(row, -1);
    else if (target.closest("[data-down]")) move(row, 1);
    else if (target.closest("[data-remove]")) remove(row);
  });

  // The empty row for those without a script: it goes when there are others and nobody has written in it.
  const last = rows().at(-1);
  const isFresh = last && !last.classList.contains("row--stored") && !last.classList.contains("row--wrong");
  const isEmpty = isFresh && [...last.querySelectorAll("textarea, input[type=text], select")].every((each) => !each.value || each.matches("select") && each.selectedIndex <= 0);
  if (empty && isEmpty && rows().length > 1) {
    last.remove();
    total.value = rows().length;
  }
  rows().forEach(equip);
  const button = group.querySelector("[data-add]");
  if (button && empty) {
    button.hidden = false;
    group.querySelector("[data-without-script]").hidden = true;
  }
  label();
}

if (typeof document !== "undefined") {
  for (const group of document.querySelectorAll('[data-module="rows"]')) if (group.querySelector("[data-add]")) start(group);
}
