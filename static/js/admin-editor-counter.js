// Say how many characters are left in fields with a limit.
// Without this script the limit stands beside the field, and the server says if a text is too long.

export const NEAR = 15; // characters from which on it is said aloud

// Return the words for a text; the two patterns hold %(left)s, %(limit)s and %(over)s.
export function countWords(length, limit, { left, over }) {
  const pattern = length > limit ? over : left;
  return pattern.replace("%(left)s", limit - length).replace("%(limit)s", limit).replace("%(over)s", length - limit);
}

// The server counts characters, JavaScript pairs of them, and a line end is one character.
export function lengthOf(text) {
  return [...text.replaceAll("\r\n", "\n").trim()].length;
}

function show(input) {
  const place = input.closest("[data-field]")?.querySelector("[data-count]");
  if (!place) return;
  const limit = Number(input.dataset.limit);
  const length = lengthOf(input.value);
  // Once shown it stays: a line that goes when the field is left moves the button away under the finger.
  place.hidden &&= document.activeElement !== input && limit - length > NEAR;
  place.textContent = countWords(length, limit, place.dataset);
  place.classList.toggle("field__count--over", length > limit);
  place.setAttribute("aria-live", limit - length <= NEAR && document.activeElement === input ? "polite" : "off");
}

if (typeof document !== "undefined") {
  document.querySelectorAll("[data-limit]").forEach(show);
  for (const event of ["focusin", "focusout"]) {
    document.addEventListener(event, ({ target }) => target.matches?.("[data-limit]") && requestAnimationFrame(() => show(target)));
  }
  document.addEventListener("input", ({ target }) => target.matches?.("[data-limit]") && show(target));
}
