import assert from "node:assert/strict";
import test from "node:test";

import { careful, progressWords, read, written } from "../../static/js/checklist.js";

const patterns = { done: "All %(total)s done for today", progress: "%(done)s of %(total)s done" };
const NOW = Date.parse("2026-11-20T21:00:00Z");
const DAY = 24 * 60 * 60 * 1000;

test("progress is told in words", () => {
  assert.equal(progressWords(2, 6, patterns), "2 of 6 done");
});

test("a finished plan says so without a fuss", () => {
  assert.equal(progressWords(6, 6, patterns), "All 6 done for today");
});

test("a plan without steps is not finished", () => {
  assert.equal(progressWords(0, 0, patterns), "0 of 0 done");
});

test("what is kept is only the ticked steps and the day", () => {
  assert.deepEqual(JSON.parse(written(["lb1", "lb3"], NOW)), { ticked: ["lb1", "lb3"], on: "2026-11-20" });
});

test("ticks come back within thirty days", () => {
  assert.deepEqual(read(written(["lb1"], NOW), NOW + 29 * DAY), ["lb1"]);
});

test("ticks are forgotten after thirty days", () => {
  assert.equal(read(written(["lb1"], NOW), NOW + 31 * DAY), null);
});

test("broken or missing notes are nothing", () => {
  for (const text of [null, "", "{", '{"ticked": 3, "on": "2026-11-20"}', "[]"]) assert.equal(read(text, NOW), null);
});

test("blocked storage keeps nothing and breaks nothing", () => {
  const box = careful(() => {
    throw new DOMException("blocked", "SecurityError");
  });
  assert.equal(box.get("x"), null);
  assert.equal(box.set("x", "y"), false);
});
