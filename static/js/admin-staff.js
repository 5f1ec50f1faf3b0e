// Make a passkey, or sign in with one. Without this script the form of a passkey stays hidden, a note says
// why, and everything else about signing in works: a password, one-time codes, recovery codes.

export function toBytes(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
}

export function toText(bytes) {
  const chars = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(chars).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// What the server sends names bytes as text; the browser wants bytes.
export function forBrowser(options, makes) {
  const withBytes = (one) => ({ ...one, id: toBytes(one.id) });
  const ready = { ...options, challenge: toBytes(options.challenge) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) ready[list] = options[list].map(withBytes);
  }
  if (makes) {
    ready.user = withBytes(options.user);
    // A passkey is found without a name, and asks for finger, face or PIN.
    ready.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
  }
  return ready;
}

export function forServer(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: toText(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name]) response[name] = toText(answer[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function optionsOf(form) {
  const given = document.getElementById(form.dataset.options);
  if (given) return JSON.parse(given.textContent).publicKey;
  const answer = await fetch(form.dataset.options, { headers: { "X-Requested-With": "XMLHttpRequest" } });
  return (await answer.json()).request_options.publicKey;
}

function say(form, trouble) {
  for (const line of form.querySelectorAll("[data-trouble]")) line.hidden = line.dataset.trouble !== trouble;
}

async function ask(form) {
  const makes = "makes" in form.dataset;
  say(form, "");
  try {
    const publicKey = forBrowser(await optionsOf(form), makes);
    const credential = await navigator.credentials[makes ? "create" : "get"]({ publicKey });
    form.elements.credential.value = JSON.stringify(forServer(credential));
    form.submit();
  } catch (error) {
    say(form, error.name === "InvalidStateError" ? "known" : "refused");
  }
}

if (typeof document !== "undefined" && window.PublicKeyCredential) {
  for (const note of document.querySelectorAll('[data-without="passkey"]')) note.hidden = true;
  for (const form of document.querySelectorAll('[data-module="passkey"]')) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
}
