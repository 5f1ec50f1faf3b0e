import assert from "node:assert/strict";
import { test } from "node:test";
import { isWaiting } from "../../static/js/admin-sign-in.js";

const holding = (page) => () => ({ getItem: () => page });

test("words wait where signing in leads back to their page, and nowhere else", () => {
  assert.ok(isWaiting(holding("/admin/a/1/change/"), "/admin/a/1/change/"));
  assert.ok(!isWaiting(holding("/admin/a/1/change/"), "/admin/a/2/change/"));
  assert.ok(!isWaiting(holding(null), ""));
  assert.ok(!isWaiting(holding(null), undefined));
});

test("where storage is blocked, nothing waits", () => {
  const blocked = () => {
    throw new Error("blocked");
  };
  assert.ok(!isWaiting(blocked, "/admin/a/1/change/"));
});
