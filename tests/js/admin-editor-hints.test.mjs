import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen, pieceOf, placeOf, said } from "../../static/js/admin-editor-hints.js";

test("places are counted in characters, as the server counts them", () => {
  assert.equal(placeOf("a🦴bc", 2), 3);
  assert.equal(pieceOf("a🦴bc", 1, 3), "🦴b");
  assert.equal(placeOf("abc", 2), 2);
});

test("it says how many hints a field has", () => {
  assert.equal(said("Body", "2 hints", "no hints"), "Body: 2 hints");
  assert.equal(said("Body", undefined, "no hints"), "Body: no hints");
});

test("hints open by themselves only for what is newly to be mended", () => {
  assert.equal(isOpen(false, 0, 1), true);
  assert.equal(isOpen(false, 1, 1), false);
  assert.equal(isOpen(true, 1, 0), true);
  assert.equal(isOpen(false, 0, 0), false);
});
