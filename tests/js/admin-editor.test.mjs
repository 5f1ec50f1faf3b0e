import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT_DAYS, areSame, careful, opening, otherwise, pairsOf, read, sorted, timeOf, written } from "../../static/js/admin-editor.js";

const NOW = Date.parse("2026-11-20T14:03:00Z");
const DAY = 24 * 60 * 60 * 1000;

test("what is kept of a form are its words, not its machinery", () => {
  const entries = [["csrfmiddlewaretoken", "x"], ["body", "One\r\ntwo"], ["copy", "c"], ["steps-__prefix__-how", ""], ["file", {}]];
  assert.deepEqual(pairsOf(entries), [["body", "One\ntwo"]]);
});

test("two forms say the same whatever revision they came from", () => {
  assert.ok(areSame([["body", "One "], ["how", ""], ["revision", "3"]], [["revision", "4"], ["body", "One"]]));
  assert.ok(!areSame([["body", "One"]], [["body", "Two"]]));
  assert.ok(!areSame([["body", "One"]], [["title", "One"]]));
});

test("a copy is read as it was written, until it is too old or broken", () => {
  const text = written([["body", "One"]], NOW);
  assert.deepEqual(read(text, NOW + DAY), { pairs: [["body", "One"]], at: NOW });
  assert.equal(read(text, NOW + (KEPT_DAYS + 1) * DAY), null);
  for (const broken of ["", "{", "null", "[]", '{"pairs": 3}', null]) assert.equal(read(broken, NOW), null);
});

test("the newest copy with words that are nowhere else is offered, the others go", () => {
  const copies = [
    ["old", written([["body", "Old"]], NOW - DAY)],
    ["new", written([["body", "New"]], NOW)],
    ["same", written([["body", "Here"]], NOW)],
    ["saved", written([["body", "Saved"]], NOW)],
    ["broken", "{"],
  ];
  const { offered, done } = sorted(copies, { saved: ["saved"], now: NOW, current: [["body", "Here"]] });
  assert.equal(offered.token, "new");
  assert.deepEqual(done, ["same", "saved", "broken"]);
});

test("nothing is offered when there is nothing", () => {
  assert.deepEqual(sorted([], { saved: [], now: NOW, current: [] }), { offered: null, done: [] });
});

test("the time is short for today and has a day for any other", () => {
  assert.doesNotMatch(timeOf(NOW, NOW, "en"), /2026/);
  assert.match(timeOf(NOW - 3 * DAY, NOW, "en"), /2026/);
});

test("storage that is blocked breaks nothing", () => {
  const box = careful(() => {
    throw new Error("blocked");
  });
  assert.equal(box.set("a", "b"), false);
  assert.deepEqual(box.under("a"), []);
  box.remove("a");
});

test("what a copy says otherwise is told by name, and what it no longer says is empty", () => {
  const copy = [["revision", "3"], ["steps-TOTAL_FORMS", "2"], ["body", "One "], ["title", "Mine"], ["regions", "a"]];
  const here = [["revision", "4"], ["steps-TOTAL_FORMS", "1"], ["body", "One"], ["title", "Theirs"], ["regions", "a"], ["regions", "b"], ["how", "Go"]];
  assert.deepEqual(otherwise(copy, here), [["title", ["Mine"]], ["regions", ["a"]], ["how", []]]);
});

test("a long text is told by its first lines", () => {
  assert.equal(opening("One\ntwo"), "One\ntwo");
  assert.equal(opening("1\n2\n3\n4\n5"), "1\n2\n3\n4 …");
  assert.equal(opening("word ".repeat(100), 4, 9), "word word …");
});
