// Keep the words of an edition on this device until they are saved, and never send them into nothing.
// Without this script the form saves as any form does, and the server shows every word it cannot save.

const DAY = 24 * 60 * 60 * 1000; // milliseconds
export const KEPT_DAYS = 30;
const PATIENCE = 10_000; // milliseconds until the site counts as not answering
const FRESH = 30_000; // milliseconds for which a site that has just answered counts as near
const PAUSE = 400; // milliseconds after the last key before a copy is made
const WAITING = "spasmguide.words.waiting"; // the page whose words wait in this tab: admin-sign-in.js tells of them
const MACHINERY = new Set(["csrfmiddlewaretoken", "copy"]);

// Return names and texts of a form, without files, buttons and what belongs to one page alone.
export function pairsOf(entries) {
  return [...entries]
    .filter(([name, value]) => typeof value === "string" && !MACHINERY.has(name) && !name.includes("__prefix__"))
    .map(([name, value]) => [name, value.replaceAll("\r\n", "\n")]);
}

// Tell whether two lists of names and texts say the same; where a form came from makes no difference.
export function areSame(one, other) {
  const told = (pairs) =>
    pairs
      .filter(([name, value]) => value.trim() !== "" && name !== "revision" && name !== "seen")
      .map(([name, value]) => `${name}\n${value.trim()}`)
      .sort()
      .join("\n\n");
  return told(one) === told(other);
}

export function written(pairs, now) {
  return JSON.stringify({ pairs, at: now });
}

// Return a copy as it was written, or null when it is broken or too old.
export function read(text, now) {
  try {
    const { pairs, at } = JSON.parse(text);
    return Array.isArray(pairs) && now - at < KEPT_DAYS * DAY ? { pairs, at } : null;
  } catch {
    return null;
  }
}

// Sort the copies on a device: the newest with words that are nowhere else, and those that can go.
export function sorted(copies, { saved, now, current }) {
  const done = [];
  let offered = null;
  for (const [token, text] of copies) {
    const copy = read(text, now);
    if (!copy || saved.includes(token) || areSame(copy.pairs, current)) done.push(token);
    else if (!offered || copy.at > offered.at) offered = { token, ...copy };
  }
  return { offered, done };
}

const OWN = /(_FORMS|-id|-edition|-position)$|^(revision|seen)$/; // what the form keeps for itself

// Return what one list of names and texts says otherwise than another, as names with their texts.
export function otherwise(pairs, others) {
  const texts = (from, name) => from.filter(([each, text]) => each === name && text.trim() !== "").map(([, text]) => text.trim());
  const names = new Set([...pairs, ...others].map(([name]) => name));
  return [...names]
    .filter((name) => !OWN.test(name))
    .map((name) => [name, texts(pairs, name), texts(others, name)])
    .filter(([, mine, theirs]) => mine.join("\n") !== theirs.join("\n"))
    .map(([name, mine]) => [name, mine]);
}

// Return the first lines of a text, so that it can be told from others.
export function opening(text, lines = 4, length = 300) {
  const first = text.split("\n").slice(0, lines).join("\n").slice(0, length).trimEnd();
  return first.length < text.trimEnd().length ? `${first} …` : first;
}

export function timeOf(at, now, language) {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  const style = isToday ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" };
  return new Intl.DateTimeFormat(language, style).format(at);
}

// Storage that may be blocked or full, as in a private window: then nothing is kept, and nothing breaks.
export function careful(storage) {
  const attempt = (action, otherwise) => {
    try {
      return action(storage());
    } catch {
      return otherwise;
    }
  };
  return {
    set: (key, text) => attempt((box) => (box.setItem(key, text), true), false),
    remove: (key) => attempt((box) => box.removeItem(key), null),
    under: (prefix) =>
      attempt(
        (box) =>
          Object.keys(box)
            .filter((key) => key.startsWith(prefix))
            .map((key) => [key.slice(prefix.length), box.getItem(key)]),
        [],
      ),
  };
}

// Return what people call a field of the form, and what they read in it, for texts that are sent under its name.
function asRead(form, name, texts) {
  const row = /^(\w+)-(\d+)-/.exec(name);
  const blank = name.replace(/-\d+-/, "-__prefix__-");
  const empty = form.querySelector(`[data-prefix="${row?.[1]}"] template[data-empty]`)?.content;
  const found = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
  const controls = found.length ? [...found] : [...(empty?.querySelectorAll(`[name="${CSS.escape(blank)}"]`) ?? [])];
  const words = (element) => element?.textContent.trim().replace(/:$/, "");
  const label = words(controls[0]?.closest("[data-field]")?.querySelector("legend, label") ?? controls[0]?.labels?.[0]) ?? name;
  const choices = controls.flatMap((control) => [...(control.options ?? control.labels ?? [])]);
  const isOf = (choice, text) => choice.value === text || (/checkbox|radio/.test(choice.control?.type) && choice.control.value === text);
  const told = texts.map((text) => words(choices.find((choice) => isOf(choice, text))) || text);
  const called = row && form.querySelector(`[data-prefix="${row[1]}"]`)?.dataset.called;
  return { label: called ? `${called} ${Number(row[2]) + 1}: ${label}` : label, told: told.join("\n") };
}

// Show what words of an earlier visit say otherwise than the form.
function show(form, offer, changed) {
  const list = offer.querySelector("[data-offer-words]");
  for (const [name, texts] of changed) {
    const { label, told } = asRead(form, name, texts);
    const term = Object.assign(document.createElement("dt"), { textContent: label });
    list.append(term, Object.assign(document.createElement("dd"), { textContent: opening(told) || list.dataset.empty }));
  }
  list.closest("details").hidden = changed.length === 0;
}

function start(form) {
  const box = careful(() => window.localStorage);
  const tab = careful(() => window.sessionStorage);
  const prefix = form.dataset.copies;
  const field = (name) => form.querySelector(`:scope > input[name="${name}"]`);
  const token = (field("copy").value ||= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`);
  const state = form.querySelector("[data-state]");
  const trouble = form.querySelector("[data-trouble]");
  const now = () => pairsOf(new FormData(form));
  const begun = now();
  let isUnsaved = form.dataset.unsaved === "true";
  let isLeaving = false;
  let isSigningOut = false;
  let isBusy = false;
  let aliveAt = Date.now(); // it has just sent this page
  let timer = 0;

  const say = (place, text) => {
    if (place.textContent !== text) place.textContent = text;
  };
  const keep = () => {
    clearTimeout(timer);
    if (isSigningOut) return false;
    isUnsaved = form.dataset.unsaved === "true" || !areSame(now(), begun);
    form.classList.toggle("editor__form--unsaved", isUnsaved);
    if (!isUnsaved) {
      box.remove(prefix + token);
      tab.remove(WAITING);
      say(state, "");
      return true;
    }
    const isKept = box.set(prefix + token, written(now(), Date.now()));
    if (isKept) tab.set(WAITING, location.pathname);
    say(state, isKept ? state.dataset.kept : state.dataset.unsaved);
    return isKept;
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("change", keep);
  form.addEventListener("rows:changed", keep);
  addEventListener("pagehide", () => isLeaving || keep());
  document.addEventListener("visibilitychange", () => document.hidden && !isLeaving && keep());
  addEventListener("beforeunload", (event) => {
    if (!isLeaving) keep();
    if (!isUnsaved || isLeaving) return;
    event.preventDefault();
    setTimeout(() => {
      isSigningOut = false; // whoever reads this has stayed
      keep();
    }, 500);
  });
  document.addEventListener("submit", ({ target }) => {
    isSigningOut ||= target.id === "logout-form"; // what is kept has just been forgotten
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) isLeaving = isBusy = false;
  });
  addEventListener("offline", () => say(trouble, trouble.dataset.offline));
  addEventListener("online", () => say(trouble, ""));

  // Nothing is sent before the site has said that it is there, and who is signed in.
  const url = `${form.dataset.pulse}?next=${encodeURIComponent(location.pathname)}`;
  const pulse = async () => {
    const options = { cache: "no-store", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) };
    try {
      const answer = await fetch(url, options);
      return answer.ok ? await answer.json() : { trouble: trouble.dataset.down };
    } catch {
      return { trouble: navigator.onLine ? trouble.dataset.down : trouble.dataset.offline };
    }
  };

  // The same at once, so that the browser sends the form itself. Only asked of a site that is near.
  const pulseNow = () => {
    const request = new XMLHttpRequest();
    request.open("GET", url, false);
    request.setRequestHeader("Accept", "application/json");
    try {
      request.send();
      return request.status === 200 ? JSON.parse(request.responseText) : { trouble: trouble.dataset.down };
    } catch {
      return { trouble: trouble.dataset.offline };
    }
  };
  form.addEventListener("editor:alive", () => {
    aliveAt = Date.now();
  });

  const refuse = (text) => {
    isBusy = false;
    say(state, isUnsaved ? state.dataset.kept : "");
    trouble.textContent = "";
    requestAnimationFrame(() => say(trouble, text)); // said again, even if it was said before
  };

  const askToSignIn = (url) => {
    refuse(trouble.dataset.signedOut);
    requestAnimationFrame(() => {
      const link = Object.assign(document.createElement("a"), { href: url, target: "_blank", textContent: trouble.dataset.signIn });
      trouble.append(" ", link);
    });
  };

  const refresh = (answer) => {
    form.querySelector('input[name="csrfmiddlewaretoken"]').value = answer.token;
    tab.remove(WAITING);
    isLeaving = true;
  };
  const send = (submitter, answer) => {
    refresh(answer);
    if (submitter?.name) {
      const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value });
      form.append(pressed);
      addEventListener("pageshow", () => pressed.remove(), { once: true });
    }
    HTMLFormElement.prototype.submit.call(form);
  };

  form.addEventListener("submit", async (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    if (isBusy) return event.preventDefault();
    isBusy = true;
    const isKept = keep();
    const explain = (answer) => {
      if (answer.trouble) refuse(answer.trouble);
      else if (isKept) {
        isLeaving = true;
        location.assign(answer.sign_in);
      } else askToSignIn(answer.sign_in);
    };
    say(trouble, "");
    if (navigator.onLine && Date.now() - aliveAt < FRESH) {
      const answer = pulseNow();
      if (answer.signed_in) return refresh(answer);
      event.preventDefault();
      return explain(answer);
    }
    event.preventDefault();
    say(state, state.dataset.busy);
    const answer = await pulse();
    if (answer.signed_in) send(event.submitter, answer);
    else explain(answer);
  });

  // Words of an earlier visit.
  const offer = form.querySelector("[data-offer]");
  const saved = form.dataset.savedCopies.split(" ");
  const copies = box.under(prefix).filter(([other]) => other !== token);
  const { offered, done } = sorted(copies, { saved, now: Date.now(), current: begun });
  for (const other of done) box.remove(prefix + other);
  if (offered && form.dataset.unsaved !== "true") {
    const when = timeOf(offered.at, Date.now(), document.documentElement.lang || undefined);
    const told = offer.querySelector("[data-offer-text]");
    told.textContent = told.dataset.text.replace("%(time)s", when);
    offer.hidden = false;
    show(form, offer, otherwise(offered.pairs, begun));
    const sure = offer.querySelector("[data-sure]");
    offer.querySelector("[data-throw-away]").addEventListener("click", () => sure.showModal());
    offer.querySelector("[data-keep-them]").addEventListener("click", () => sure.close());
    offer.querySelector("[data-throw-now]").addEventListener("click", () => {
      box.remove(prefix + offered.token);
      sure.close();
      offer.hidden = true;
      say(state, offer.dataset.thrown);
      form.querySelector("textarea, input:not([type=hidden])")?.focus();
    });
    offer.querySelector("[data-put-back]").addEventListener("click", async () => {
      const answer = await pulse();
      if (answer.trouble) return refuse(answer.trouble);
      if (!answer.signed_in) return location.assign(answer.sign_in);
      const again = Object.assign(document.createElement("form"), { method: "post", hidden: true });
      const own = [["csrfmiddlewaretoken", answer.token], ["copy", offered.token], ["_put_back", "1"]];
      for (const [name, value] of [...offered.pairs, ...own]) {
        const text = Object.assign(document.createElement("textarea"), { name, value });
        again.append(text);
      }
      document.body.append(again);
      isLeaving = true;
      again.submit();
    });
  }
  if (form.dataset.unsaved === "true") keep();
  form.querySelector("[data-errors]")?.focus();
}

if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll('[data-module="editor"]')) start(form);
}
