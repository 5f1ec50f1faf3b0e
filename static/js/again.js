// Let the browser's own Back, Forward and reload show a page of the checker again. Its pages are answers to
// forms, and a browser that may not keep them cannot go back to one by itself. What would show the page
// again is noted in the history of this tab, where the browser keeps what was sent in any form, and nowhere else.
// Without this script the browser asks whether to send the form again, and then shows the same page.

// Return the fields that show a page again: those of its form, and the name of what asks for it.
export function noted(fields, again) {
  return [...fields, [again, "1"]].filter(([, value]) => typeof value === "string");
}

// Return the fields from a state of the history, or null when it holds none.
export function remembered(state) {
  const fields = state?.again;
  const isField = (field) => Array.isArray(field) && field.length === 2 && field.every((part) => typeof part === "string");
  return Array.isArray(fields) && fields.every(isField) ? fields : null;
}

function note(form) {
  history.replaceState({ again: noted(new FormData(form), form.dataset.again) }, "");
}

// The page that a browser gets when it goes back: send what is noted, before the page counts as loaded,
// so that the answer takes its place in the history.
function sendAgain(form, fields) {
  const hidden = fields.map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  form.replaceChildren(...hidden);
  form.submit();
}

if (typeof document !== "undefined") {
  const form = document.querySelector('[data-module="again"]');
  const fields = remembered(history.state);
  if (form?.dataset.again) {
    note(form);
    form.addEventListener("change", () => note(form));
  } else if (form && fields) {
    sendAgain(form, fields);
  }
}
