// Send a comment without leaving the page, so that words typed elsewhere on it are not lost.
// Without this script the comment is sent as usual, and the page comes back with it.

const COUNT = 'a[href="#comments"]';

// Return the part of an answer that takes the place of the comments, what was said on top of it, and the words of
// the link that counts them.
export function answerOf(page) {
  const comments = page.querySelector('[data-module="comments"]');
  const told = page.querySelector(".messagelist li")?.textContent.trim() ?? "";
  const count = page.querySelector(COUNT)?.textContent ?? "";
  return comments && { comments, told, count };
}

async function post(form, button) {
  const body = new FormData(form, button);
  const response = await fetch(form.action, { method: "POST", body });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// Whoever signed in again in another window has a new token, which comes with the words that were refused.
async function send(form, button) {
  const page = await post(form, button);
  const fresh = page.querySelector(".kept [name=csrfmiddlewaretoken]");
  if (!fresh) return answerOf(page);
  form.querySelector("[name=csrfmiddlewaretoken]").value = fresh.value;
  return answerOf(await post(form, button));
}

// What is typed and not sent yet, or "".
function unsentIn(section) {
  return section?.querySelector("#comment textarea")?.value.trim() ?? "";
}

// Put words typed for another comment back into the comments that take their place.
function putBack(words, comments) {
  const room = comments.querySelector("#comment textarea");
  if (!words || !room) return;
  room.value = words;
  room.closest("details").open = true;
}

// Another button or link of the page takes it away: words not sent yet stand there again on the next page of
// this edition, in this tab. admin-sign-out.js forgets them when somebody signs out.
function keepUnsent() {
  const section = () => document.querySelector('[data-module="comments"]');
  const form = section()?.querySelector("#comment");
  if (!form) return;
  const key = `spasmguide.words.comment.${form.getAttribute("action")}`;
  let isSigningOut = false;
  document.addEventListener("submit", ({ target }) => {
    isSigningOut ||= target.id === "logout-form";
  });
  addEventListener("pagehide", () => {
    try {
      if (!isSigningOut) sessionStorage.setItem(key, unsentIn(section()));
    } catch {
      // Storage is blocked, so nothing can be kept.
    }
  });
  try {
    putBack(sessionStorage.getItem(key), section());
  } catch {
    // Storage is blocked, so nothing was kept.
  }
}

function start(section) {
  let isBusy = false; // a comment said twice stands there twice for ever
  section.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const isSettled = event.target.id !== "comment";
    const answer = await send(event.target, event.submitter).catch(() => null);
    if (!answer) {
      isBusy = false;
      section.querySelector(".comments__told").textContent = section.dataset.failed;
      return;
    }
    const { comments, told, count } = answer;
    if (isSettled) putBack(unsentIn(section), comments);
    section.replaceWith(comments);
    const link = document.querySelector(COUNT);
    if (link && count) link.textContent = count;
    start(comments);
    comments.querySelector(".comments__told").textContent = told;
    (comments.querySelector(".errornote a") ?? comments.querySelector("h2")).focus();
  });
}

if (typeof document !== "undefined") {
  for (const section of document.querySelectorAll('[data-module="comments"]')) start(section);
  keepUnsent();
}
