import assert from "node:assert/strict";
import { test } from "node:test";
import { Grid, inside, nearest, nextIn, world } from "../../maps/static/maps/geometry.js";

const near = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-9, `${found} is not ${wanted}`);

test("the world is a square of 256 with Greenwich and the equator in its middle", () => {
  near(world.x(0), 128);
  near(world.y(0), 128);
  near(world.x(-180), 0);
  assert.ok(world.y(58.3) < world.y(58.2)); // north is up
  assert.equal(world.y(90), world.y(85.05)); // the poles lie at infinity
});

test("a line is projected, boxed, and boxes are joined", () => {
  const line = world.line([
    [0, 0],
    [180, 0],
  ]);
  assert.deepEqual([...line], [128, 128, 256, 128]);
  assert.deepEqual(world.box(line), [128, 128, 256, 128]);
  assert.deepEqual(
    world.around([
      [0, 1, 2, 3],
      [-1, 2, 1, 9],
    ]),
    [-1, 1, 2, 9],
  );
});

test("the next point lies ahead, and near the axis counts for more than near", () => {
  const points = [
    { x: 1, y: 0.9 },
    { x: 2, y: 0 },
    { x: -1, y: 0 },
  ];
  assert.equal(nextIn({ x: 0, y: 0 }, 1, 0, points), points[1]);
  assert.equal(nextIn({ x: 0, y: 0 }, -1, 0, points), points[2]);
  assert.equal(nextIn({ x: 0, y: 0 }, 0, -1, points), null);
});

test("the nearest of no points is none", () => {
  assert.equal(nearest([0, 0], []), null);
  assert.deepEqual(
    nearest(
      [0, 0],
      [
        { x: 2, y: 0 },
        { x: 0, y: 1 },
      ],
    ),
    { x: 0, y: 1 },
  );
});

test("a hole of a pod is outside of it", () => {
  const ring = (a, b) => Float64Array.from([a, a, b, a, b, b, a, b, a, a]);
  const pod = { box: [0, 0, 10, 10], lines: [ring(0, 10), ring(4, 6)] };
  assert.equal(inside(pod, [1, 1]), true);
  assert.equal(inside(pod, [5, 5]), false);
  assert.equal(inside(pod, [11, 5]), false);
});

test("the grid finds what looking at every point finds", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  const xs = Float64Array.from({ length: 400 }, random),
    ys = Float64Array.from({ length: 400 }, random);
  xs[3] = Number.NaN; // nobody knows where
  const grid = new Grid(xs, ys, 0.01);
  const even = (i) => i % 2 === 0;
  for (let k = 0; k < 200; k++) {
    const x = random(),
      y = random(),
      reach = k % 3 ? 0.05 : 0.9; // a wide reach looks at every point
    assert.equal(grid.nearest(x, y, reach, even), grid.scan(x, y, reach * reach, even));
  }
});
