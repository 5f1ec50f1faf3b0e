// Send a comment without leaving the page, so that words typed elsewhere on it are not lost.
// Without this script the comment is sent as usual, and the page comes back with it.

// Return the part of an answer that takes the place of the comments, and what was said on top of it.
export function answerOf(page) {
  const comments = page.querySelector('[data-module="comments"]');
  const told = page.querySelector(".messagelist li")?.textContent.trim() ?? "";
  return comments && { comments, told };
}

async function send(form, button) {
  const body = new FormData(form, button);
  const response = await fetch(form.action, { method: "POST", body });
  return answerOf(new DOMParser().parseFromString(await response.text(), "text/html"));
}

function start(section) {
  section.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send(event.target, event.submitter).catch(() => null);
    if (!answer) {
      section.querySelector(".comments__told").textContent = section.dataset.failed;
      return;
    }
    const { comments, told } = answer;
    section.replaceWith(comments);
    start(comments);
    comments.querySelector(".comments__told").textContent = told;
    (comments.querySelector(".errornote a") ?? comments.querySelector("h2")).focus();
  });
}

if (typeof document !== "undefined") {
  for (const section of document.querySelectorAll('[data-module="comments"]')) start(section);
}
