// Move the focus to the list of errors after a form was sent with mistakes.
// Without this script the list is still the first thing on the page, and its links work.

export function focusErrors(page) {
  const summary = page.querySelector('[data-module="error-summary"]');
  summary?.focus();
  return summary;
}

if (typeof document !== "undefined") focusErrors(document);
