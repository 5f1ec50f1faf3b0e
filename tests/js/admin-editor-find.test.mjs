import assert from "node:assert/strict";
import { test } from "node:test";

import { nameOf } from "../../static/js/admin-editor-drawing.js";
import { fresh } from "../../static/js/admin-editor-find.js";

test("what stands in the list already is not offered twice", () => {
  const found = [{ value: "heat", label: "Heat or cold" }, { value: "sciatica", label: "Sciatica" }];
  assert.deepEqual(fresh(found, ["heat", ""]), [found[1]]);
});

test("the name of a drawing is read from the line that puts it into a text", () => {
  assert.equal(nameOf("![What it shows](figure:knee-rolls)"), "knee-rolls");
  assert.equal(nameOf("[Words](page:checker)"), "");
});
