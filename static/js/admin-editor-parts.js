// Unfold the list of parts where it stands beside the form.
// Without this script it is folded at first.

if (typeof document !== "undefined") {
  const isWide = window.matchMedia("(min-width: 64rem)").matches;
  for (const list of document.querySelectorAll('[data-module="parts"]')) list.open = isWide;
}
