// Keep the words of whoever writes under "Keep mine".
// Without this script the site asks once more when somebody wrote there and left the choice at the other side.

function start(difference) {
  const side = difference.querySelector("[data-mine]");
  const choice = side.querySelector("[data-choice]");
  const choose = ({ target }) => {
    if (target !== choice) choice.checked = true;
  };
  side.addEventListener("input", choose);
  side.addEventListener("change", choose);
  side.querySelector("[data-offered]")?.remove(); // so nobody need be asked: who takes theirs now means it
}

if (typeof document !== "undefined") {
  for (const difference of document.querySelectorAll('[data-module="difference"]')) start(difference);
}
