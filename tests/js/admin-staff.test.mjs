import assert from "node:assert/strict";
import test from "node:test";

import { forBrowser, forServer, toBytes, toText } from "../../static/js/admin-staff.js";

const bytes = (...numbers) => Uint8Array.from(numbers);

test("bytes travel as text that may stand in an address", () => {
  for (const some of [bytes(), bytes(0), bytes(251, 255), bytes(1, 2, 3, 250)]) {
    assert.deepEqual(toBytes(toText(some)), some);
    assert.match(toText(some), /^[A-Za-z0-9_-]*$/);
  }
});

test("a passkey that is made is found without a name and asks for finger, face or PIN", () => {
  const options = { challenge: "AQI", user: { id: "MQ", name: "dana" }, excludeCredentials: [{ id: "AQ", type: "public-key" }] };
  const ready = forBrowser(options, true);
  assert.deepEqual(ready.challenge, bytes(1, 2));
  assert.deepEqual(ready.user, { id: bytes(49), name: "dana" });
  assert.deepEqual(ready.excludeCredentials[0].id, bytes(1));
  assert.equal(ready.authenticatorSelection.residentKey, "required");
  assert.equal(ready.authenticatorSelection.userVerification, "required");
});

test("signing in asks for what the server asks for", () => {
  const ready = forBrowser({ challenge: "AQI", allowCredentials: [], userVerification: "required" }, false);
  assert.deepEqual(ready, { challenge: bytes(1, 2), allowCredentials: [], userVerification: "required" });
});

test("the answer of the device goes to the server as text", () => {
  const credential = {
    id: "x", rawId: bytes(1), type: "public-key",
    getClientExtensionResults: () => ({}),
    response: { clientDataJSON: bytes(2), authenticatorData: bytes(3), signature: bytes(4), userHandle: null },
  };
  assert.deepEqual(forServer(credential), {
    id: "x", rawId: "AQ", type: "public-key", clientExtensionResults: {},
    response: { clientDataJSON: "Ag", authenticatorData: "Aw", signature: "BA" },
  });
});
