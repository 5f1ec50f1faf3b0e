import assert from "node:assert/strict";
import { test } from "node:test";
import { countWords, lengthOf } from "../../static/js/admin-editor-counter.js";

const PATTERNS = { left: "%(left)s of %(limit)s characters left", over: "%(over)s characters too many" };

test("it says how many characters are left, or too many", () => {
  assert.equal(countWords(20, 60, PATTERNS), "40 of 60 characters left");
  assert.equal(countWords(60, 60, PATTERNS), "0 of 60 characters left");
  assert.equal(countWords(63, 60, PATTERNS), "3 characters too many");
});

test("it counts as the server does", () => {
  assert.equal(lengthOf("a🦴b"), 3);
  assert.equal(lengthOf("a\r\nb"), 3);
  assert.equal(lengthOf(" a "), 1);
});
