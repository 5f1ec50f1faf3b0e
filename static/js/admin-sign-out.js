// Forget the words kept on this device when somebody signs out: the next person may be somebody else.
// Without this script nothing is kept there.

export const PREFIX = "spasmguide.words.";

export function forget(storage) {
  try {
    for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
  } catch {
    // Storage is blocked, so there is nothing in it.
  }
}

if (typeof document !== "undefined") {
  document.addEventListener("submit", ({ target }) => {
    if (target.id !== "logout-form") return;
    forget(window.localStorage);
    forget(window.sessionStorage); // comments that were not sent
  });
}
