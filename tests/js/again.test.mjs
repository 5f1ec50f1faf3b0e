import assert from "node:assert/strict";
import test from "node:test";

import { noted, remembered } from "../../static/js/again.js";

test("what shows a page again are its fields and what asks for it", () => {
  assert.deepEqual(noted([["trail", "x"], ["now", "none"]], "same"), [["trail", "x"], ["now", "none"], ["same", "1"]]);
});

test("a file is not noted", () => {
  assert.deepEqual(noted([["file", {}]], "same"), [["same", "1"]]);
});

test("what was noted is remembered", () => {
  assert.deepEqual(remembered({ again: [["trail", "x"], ["same", "1"]] }), [["trail", "x"], ["same", "1"]]);
});

for (const state of [null, undefined, {}, { again: "x" }, { again: [["trail"]] }, { again: [["trail", 1]] }, { again: ["ab"] }]) {
  test(`${JSON.stringify(state)} holds nothing to send again`, () => {
    assert.equal(remembered(state), null);
  });
}
