// Give the search boxes of the admin's choices the name of their field, which Django leaves out.
// Without this script they work, but a screen reader does not say what they are for.

function nameChoice(container) {
  const label = container.previousElementSibling?.labels?.[0];
  const box = container.querySelector(".select2-selection");
  const chosen = container.querySelector(".select2-selection__rendered");
  if (!label || !box || !chosen) return;
  label.id ||= `${label.htmlFor}-label`;
  box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
  chosen.setAttribute("aria-labelledby", label.id);
}

function nameAll() {
  document.querySelectorAll(".select2-container:not(.select2-container--open)").forEach(nameChoice);
}

// They are made by another script, at the start and for each row that is added.
new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches(".select2-search__field")) return;
  const open = document.querySelector("select + .select2-container--open")?.previousElementSibling;
  const label = open?.labels?.[0];
  if (label) target.setAttribute("aria-label", label.textContent.replace(/:$/, ""));
});
