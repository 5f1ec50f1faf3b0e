// Show the copy buttons; one of them puts the text of the element that it names on the clipboard.
// Without this script there is no button, and the text can be selected as usual.

// Return the text of a list of terms, one line for each, with the term before its values.
export function linesOf(pairs) {
  return pairs.map(([term, ...values]) => `${term}: ${values.join("; ")}`).join("\n");
}

function textOf(element) {
  const groups = [...element.querySelectorAll("dl > div")];
  if (!groups.length) return element.innerText.trim();
  const before = [...element.querySelectorAll("p")].map((line) => line.innerText);
  return [...before, linesOf(groups.map((group) => [...group.children].map((part) => part.innerText)))].join("\n");
}

// Pages without HTTPS have no clipboard, so the old way is tried before giving up.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement("textarea");
  box.value = text;
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("nothing was copied");
}

function start(button) {
  const said = document.getElementById(button.dataset.said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const words = button.dataset;
    try {
      await copy(textOf(document.getElementById(words.copies)));
      said.textContent = words.done;
    } catch {
      said.textContent = words.failed;
    }
    button.focus();
  });
}

if (typeof document !== "undefined") {
  for (const button of document.querySelectorAll('[data-module="copy"]')) start(button);
}
