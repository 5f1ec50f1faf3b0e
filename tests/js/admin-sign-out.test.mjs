import assert from "node:assert/strict";
import { test } from "node:test";
import { PREFIX, forget } from "../../static/js/admin-sign-out.js";

test("signing out forgets the words kept on the device and nothing else", () => {
  const storage = { [`${PREFIX}1.a`]: "x", theme: "dark", removeItem(key) { delete this[key]; } };
  forget(storage);
  assert.ok(!(`${PREFIX}1.a` in storage));
  assert.equal(storage.theme, "dark");
});

test("blocked storage breaks nothing", () => forget(null));
