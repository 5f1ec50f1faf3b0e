import assert from "node:assert/strict";
import test from "node:test";

import { settled } from "../../static/js/none-of-these.js";

test("'none of these' clears the rest", () => {
  assert.deepEqual(settled(["a", "b", "none"], "none", "none"), ["none"]);
});

test("any other tick clears 'none of these'", () => {
  assert.deepEqual(settled(["none", "a"], "a", "none"), ["a"]);
});

test("ticks without 'none of these' all stay", () => {
  assert.deepEqual(settled(["a", "b"], "b", "none"), ["a", "b"]);
});
