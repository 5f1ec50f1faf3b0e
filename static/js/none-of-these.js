// In a tick-list, let 'none of these' clear the other ticks, and any other tick clear 'none of these'.
// Without this script both can be ticked, and the server asks to choose.

// Return which values stay ticked after one of them was ticked.
export function settled(ticked, latest, none) {
  if (latest === none) return [none];
  return ticked.filter((value) => value !== none);
}

function start(box) {
  const none = box.dataset.none;
  const name = box.name;
  const all = [...box.form.elements].filter((element) => element.name === name);
  box.form.addEventListener("change", (event) => {
    if (event.target.name !== name || !event.target.checked) return;
    const ticked = all.filter((element) => element.checked).map((element) => element.value);
    const stay = settled(ticked, event.target.value, none);
    for (const element of all) element.checked = stay.includes(element.value);
  });
}

if (typeof document !== "undefined") {
  const first = document.querySelector("input[data-none]");
  if (first) start(first);
}
