// Find documents by words of their titles while somebody types, and put them in the list to choose from.
// Without this script the words are sent when the form is saved, and the list comes back with what was found.

export const PAUSE = 400; // milliseconds after the last key

// Return what was found without what stands in the list already.
export function fresh(found, listed) {
  return found.filter(({ value }) => !listed.includes(value));
}

function box({ value, label }, name, id) {
  const item = Object.assign(document.createElement("li"), { className: "ticks__one" });
  const input = Object.assign(document.createElement("input"), { type: "checkbox", name, value, id });
  const text = Object.assign(document.createElement("label"), { htmlFor: id, textContent: label });
  item.append(input, " ", text);
  return item;
}

function begun(ticks) {
  return ticks.appendChild(Object.assign(document.createElement("ul"), { className: "ticks__list" }));
}

function start(choice) {
  const { find: url, name, found: told, none } = choice.dataset;
  const words = choice.querySelector(`[name="${name}_find"]`);
  const said = choice.querySelector("[data-said]");
  const select = choice.querySelector(`select[name="${name}"]`);
  const list = select ? null : choice.querySelector(".ticks__list") ?? begun(choice.querySelector(".ticks"));
  let timer = 0;
  let asked = 0;
  let made = 0;

  const offered = () => [...choice.querySelectorAll(select ? "option" : "input[type=checkbox]")];
  const isChosen = (each) => (select ? each.selected : each.checked);
  const clear = () => {
    for (const each of offered()) if (each.dataset.wasFound && !isChosen(each)) (select ? each : each.closest("li")).remove();
  };
  const offer = (found) => {
    for (const one of fresh(found, offered().map((each) => each.value))) {
      if (select) select.add(new Option(one.label, one.value));
      else list.append(box(one, name, `id_${name}_found_${(made += 1)}`));
      offered().at(-1).dataset.wasFound = "true";
    }
  };

  const ask = async () => {
    const number = (asked += 1);
    clear();
    if (!words.value.trim()) {
      said.textContent = "";
      return;
    }
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(words.value)}`, { headers: { Accept: "application/json" } });
      if (number !== asked) return;
      const { found } = await answer.json();
      clear();
      offer(found);
      said.textContent = found.length ? told.replace("%(number)s", found.length) : none;
    } catch {
      words.name = `${name}_find`; // saving finds them
    }
  };

  words.removeAttribute("name");
  choice.querySelector("[data-without-script]").hidden = true;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(timer);
    ask();
  });
}

if (typeof document !== "undefined") {
  for (const choice of document.querySelectorAll('[data-module="find"]')) start(choice);
}
