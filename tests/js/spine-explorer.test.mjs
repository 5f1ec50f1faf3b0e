import assert from "node:assert/strict";
import test from "node:test";

import { linkFor, lit, start } from "../../static/js/spine-explorer.js";

class Part extends EventTarget {
  constructor(region, { on = false, svg = null } = {}) {
    super();
    this.dataset = { region };
    this.svg = svg;
    this.clicks = 0;
    const names = new Set(on ? ["is-on"] : []);
    this.classList = {
      contains: (name) => names.has(name),
      add: (name) => names.add(name),
      toggle: (name, wanted) => (wanted ? names.add(name) : names.delete(name)),
    };
  }

  get isOn() {
    return this.classList.contains("is-on");
  }

  closest() {
    return this.svg;
  }

  click() {
    this.clicks += 1;
  }

  fire(type) {
    this.dispatchEvent(new Event(type));
  }
}

function explorer({ chosen = null } = {}) {
  const svg = new Part(null);
  const links = ["neck", "low-back"].map((region) => new Part(region));
  const shapes = ["neck", "low-back"].map((region) => new Part(region, { on: region === chosen, svg }));
  start({ querySelectorAll: (selector) => (selector.startsWith("a") ? links : shapes) });
  return { links, shapes, svg };
}

test("nothing is lit before anything is pointed at", () => {
  assert.equal(lit({}), null);
});

test("the pointer wins over focus, and focus over what the page had lit", () => {
  assert.equal(lit({ pointed: "neck", focused: "low-back", chosen: "shoulder" }), "neck");
  assert.equal(lit({ focused: "low-back", chosen: "shoulder" }), "low-back");
  assert.equal(lit({ chosen: "shoulder" }), "shoulder");
});

test("a region without a link has none", () => {
  assert.equal(linkFor([new Part("neck")], "shoulder"), null);
});

test("pointing at a link lights its shape, and only that one", () => {
  const { links, shapes } = explorer();
  links[0].fire("pointerenter");
  assert.deepEqual(shapes.map((shape) => shape.isOn), [true, false]);
});

test("pointing at a shape lights its link", () => {
  const { links, shapes } = explorer();
  shapes[1].fire("pointerenter");
  assert.deepEqual(links.map((link) => link.isOn), [false, true]);
});

test("focus lights the shape, and leaving puts it out", () => {
  const { links, shapes } = explorer();
  links[0].fire("focus");
  assert.ok(shapes[0].isOn);
  links[0].fire("blur");
  assert.ok(!shapes[0].isOn);
});

test("the region of the page is lit again after the pointer has left", () => {
  const { links, shapes } = explorer({ chosen: "low-back" });
  links[0].fire("pointerenter");
  links[0].fire("pointerleave");
  assert.deepEqual(shapes.map((shape) => shape.isOn), [false, true]);
});

test("a click on a shape follows its link", () => {
  const { links, shapes } = explorer();
  shapes[1].fire("click");
  assert.deepEqual(links.map((link) => link.clicks), [0, 1]);
});

test("the picture says that it can be clicked once it can", () => {
  assert.ok(explorer().svg.classList.contains("is-live"));
});
