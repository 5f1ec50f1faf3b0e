// Show the print buttons, and open the browser's print window when one is pressed.
// Without this script there is no button, and the browser's own menu prints the same pages.

export function showPrintButtons(page, print) {
  const buttons = [...page.querySelectorAll('[data-module="print"]')];
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  return buttons;
}

if (typeof document !== "undefined") showPrintButtons(document, () => window.print());
