// Tell whoever was signed out while writing that the words wait on this device: admin-editor.js has kept them.
// Without this script nothing is kept there, and nothing is said.

// Tell whether signing in leads back to the page whose words wait.
export function isWaiting(storage, next) {
  try {
    return Boolean(next) && storage().getItem("spasmguide.words.waiting") === next;
  } catch {
    return false; // storage is blocked, so nothing was kept
  }
}

if (typeof document !== "undefined") {
  const next = document.querySelector('#login-form [name="next"]')?.value;
  const told = document.querySelector("[data-words-kept]");
  if (told && isWaiting(() => window.sessionStorage, next)) told.hidden = false;
}
