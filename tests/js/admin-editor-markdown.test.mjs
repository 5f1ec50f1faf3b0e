import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, blocked, lined, linked, put, shortcutOf, tableOf, wrapped } from "../../static/js/admin-editor-markdown.js";

// Return the text after a change, with the selection in brackets.
function after(value, { start, end, text, select: [from, to] }) {
  const whole = value.slice(0, start) + text + value.slice(end);
  return `${whole.slice(0, from)}[${whole.slice(from, to)}]${whole.slice(to)}`;
}

test("bold marks the selected words, and takes the marks away again", () => {
  assert.equal(after("keep moving now", wrapped("keep moving now", 5, 12, "**", "words")), "keep **[moving]** now");
  assert.equal(after("keep **moving** now", wrapped("keep **moving** now", 7, 13, "**", "words")), "keep [moving] now");
});

test("bold without a selection gives words to type over", () => {
  assert.equal(after("", wrapped("", 0, 0, "**", "words")), "**[words]**");
});

test("headings, lists and steps take whole lines", () => {
  assert.equal(after("One\nTwo", lined("One\nTwo", 5, 5, "heading")), "One\n## Two[]");
  assert.equal(after("One\nTwo\nThree", lined("One\nTwo\nThree", 1, 6, "steps")), "[1. One\n2. Two]\nThree");
  assert.equal(after("- One\n- Two", lined("- One\n- Two", 0, 11, "list")), "[One\nTwo]");
  assert.equal(after("- One\n- Two", lined("- One\n- Two", 0, 11, "steps")), "[1. One\n2. Two]");
  assert.equal(after("## One", lined("## One", 3, 3, "subheading")), "### One[]");
  assert.equal(after("", lined("", 0, 0, "list")), "- []");
});

test("empty lines between points stay empty", () => {
  assert.equal(after("One\n\nTwo", lined("One\n\nTwo", 0, 8, "steps")), "[1. One\n\n2. Two]");
});

test("a block stands between empty lines", () => {
  assert.equal(after("One", blocked("One", 3, "![x](y)")), "One\n\n![x](y)[]\n");
  assert.equal(after("", blocked("", 0, "B")), "B[]\n");
  assert.equal(after("One\n\nTwo", blocked("One\n\nTwo", 3, "B")), "One\n\nB[]\n\nTwo");
  assert.equal(after("One", blocked("One", 3, "![words](y)", "words")), "One\n\n![[words]](y)\n");
});

test("a link keeps the selected words, and has those of its page without any", () => {
  assert.equal(after("see this page", linked("see this page", 4, 8, "Sciatica", "page:articles/sciatica")), "see [this](page:articles/sciatica)[] page");
  assert.equal(after("see ", linked("see ", 4, 4, "A [b] c", "page:checker")), "see [A (b) c](page:checker)[]");
  assert.equal(after("see", linked("see", 3, 3, "Neck", "page:spine/neck")), "see [Neck](page:spine/neck)[]");
  assert.equal(after("(", linked("(", 1, 1, "Neck", "page:spine/neck")), "([Neck](page:spine/neck)[]");
});

test("a local word goes to the place of the caret", () => {
  assert.equal(after("Call .", put("Call .", 5, 5, "{emergency}")), "Call {emergency}[].");
});

test("a table has a caption, a head and a row", () => {
  assert.equal(tableOf({ caption: "Choices", head: "Head", cell: "Words" }), "Table: Choices\n\n| Head 1 | Head 2 |\n| --- | --- |\n| Words | Words |");
});

test("an address is completed, or refused", () => {
  assert.equal(addressOf(" https://www.nhs.uk/x "), "https://www.nhs.uk/x");
  assert.equal(addressOf("www.nhs.uk/x"), "https://www.nhs.uk/x");
  assert.equal(addressOf("tel:+15550100200"), "tel:+15550100200");
  for (const wrong of ["", "javascript:alert(1)", "data:text/html,x", "nhs", "https://a b.c", "//evil.example"]) assert.equal(addressOf(wrong), "");
});

test("shortcuts need their key and no other", () => {
  const press = (more) => ({ key: "", code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  assert.equal(shortcutOf(press({ key: "b", ctrlKey: true })).do, "bold");
  assert.equal(shortcutOf(press({ key: "k", metaKey: true })).choose, "pages");
  assert.equal(shortcutOf(press({ key: "*", code: "Digit8", ctrlKey: true, shiftKey: true })).do, "list");
  for (const other of [{ key: "b" }, { key: "b", ctrlKey: true, shiftKey: true }, { key: "Tab" }, { key: "b", ctrlKey: true, metaKey: true }]) {
    assert.equal(shortcutOf(press(other)), undefined);
  }
});
