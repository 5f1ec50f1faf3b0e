import assert from "node:assert/strict";
import { test } from "node:test";
import { filled, places, renamed } from "../../static/js/admin-editor-rows.js";

test("rows stand in steps of their own", () => {
  assert.deepEqual(places(3, 10), [10, 20, 30]);
  assert.deepEqual(places(0, 1), []);
});

test("names of one row become those of another", () => {
  assert.equal(renamed("steps-2-how", "steps", 5), "steps-5-how");
  assert.equal(renamed("id_steps-__prefix__-how_helptext id_steps-__prefix__-how_error", "steps", 0), "id_steps-0-how_helptext id_steps-0-how_error");
  assert.equal(renamed("steps-2", "steps", 12), "steps-12");
});

test("names of other rows and fields stay", () => {
  for (const name of ["citations-2-source", "substeps-2-how", "steps-how", "part-steps"]) assert.equal(renamed(name, "steps", 9), name);
});

test("facts go into a sentence", () => {
  assert.equal(filled("%(row)s is now number %(place)s.", { row: "Step 2", place: 1 }), "Step 2 is now number 1.");
});
