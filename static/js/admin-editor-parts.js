// Unfold the list of parts where it stands beside the form, and fold it where it would stand in the way.
// Without this script it is folded at first.

if (typeof document !== "undefined") {
  const wide = window.matchMedia("(min-width: 64rem)");
  const fold = () => {
    for (const list of document.querySelectorAll('[data-module="parts"]')) list.open = wide.matches;
  };
  wide.addEventListener("change", fold);
  fold();
}
