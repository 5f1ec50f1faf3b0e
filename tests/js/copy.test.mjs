import assert from "node:assert/strict";
import test from "node:test";

import { linesOf } from "../../static/js/copy.js";

test("each term stands on a line with its values", () => {
  assert.equal(linesOf([["Age", "18 to 39"], ["Said yes to", "fever", "cough"]]), "Age: 18 to 39\nSaid yes to: fever; cough");
});
