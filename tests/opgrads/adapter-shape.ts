import type { Value } from "../../src/ir/graph.ts";
import { elementCount } from "../../src/shape/dtype.ts";
import { type Adapter, type Call, count, dims, op, Unsupported } from "./call.ts";

/** The target of a reshape with its one -1 worked out. */
function target(x: Value, shape: readonly number[]): number[] {
  const known = elementCount(shape.filter((d) => d !== -1));
  return shape.map((d) => (d === -1 ? (known === 0 ? 0 : count(x) / known) : d));
}

const reshape = op("input shape", (c) => {
  const x = c.tensor("input");
  const like = c.maybe("shape");
  return c.m.reshape(x, like ? dims(like) : target(x, c.intList("shape") ?? []));
});

const front = (x: Value, axis: number): number => (axis < 0 ? axis + Math.max(dims(x).length, 1) : axis);

function split(c: Call, x: Value, sizes: readonly number[], axis: number): Value[] {
  return c.b.emitAll("Split", [x, c.b.ints(sizes)], { axis }, { outputs: sizes.length });
}

/** Parts of `size`, the last one smaller. */
function parts(total: number, size: number): number[] {
  const list: number[] = [];
  for (let left = total; left > 0; left -= size) list.push(Math.min(size, left));
  return list.length > 0 ? list : [0];
}

function swap(c: Call, x: Value, a: number, b: number): Value {
  const perm = dims(x).map((_, i) => i);
  if (perm.length === 0) return c.b.emit("Identity", [x]);
  [perm[a], perm[b]] = [perm[b] as number, perm[a] as number];
  return c.b.emit("Transpose", [x], { perm });
}

const transpose = op("input dim0 dim1", (c) => {
  const x = c.tensor("input");
  return swap(c, x, c.axis("dim0", x, 0), c.axis("dim1", x, 1));
});

function flip(c: Call, x: Value, axes: readonly number[]): Value {
  return axes.reduce((v, axis) => c.m.slice(v, axis, -1, null, -1), c.b.emit("Identity", [x]));
}

function roll(c: Call): Value {
  const x = c.tensor("input");
  const shifts = c.intList("shifts") ?? [];
  const axes = c.intList("dims");
  if (axes === null || axes.length === 0) {
    return c.m.reshape(rotated(c, c.m.reshape(x, [count(x)]), 0, shifts[0] ?? 0), dims(x));
  }
  return axes.reduce((v, axis, i) => rotated(c, v, front(x, axis), shifts[i] as number), x);
}

/** The last `shift` elements of an axis come first. */
function rotated(c: Call, x: Value, axis: number, shift: number): Value {
  const size = dims(x)[axis] ?? 0;
  if (size === 0) return c.b.emit("Identity", [x]);
  const back = ((shift % size) + size) % size;
  if (back === 0) return c.b.emit("Identity", [x]);
  return c.m.concat([c.m.slice(x, axis, size - back, size), c.m.slice(x, axis, 0, size - back)], axis);
}

/** Elements [.., i, i + offset] of the last two axes. */
function diagonal(c: Call): Value {
  const x = c.tensor("input");
  const [a, b] = [c.axis("dim1", x, 0), c.axis("dim2", x, 1)];
  const rest = dims(x)
    .map((_, i) => i)
    .filter((i) => i !== a && i !== b);
  const moved = c.m.transpose(x, [...rest, a, b]);
  const [rows, columns] = dims(moved).slice(-2) as [number, number];
  const offset = c.number("offset", 0);
  const places: number[] = [];
  for (let i = 0; i < rows; i++) if (i + offset >= 0 && i + offset < columns) places.push(i * columns + i + offset);
  const flat = c.m.reshape(moved, [...dims(moved).slice(0, -2), rows * columns]);
  return c.b.emit("Gather", [flat, c.b.ints(places)], { axis: rest.length });
}

function squeeze(c: Call): Value {
  const x = c.tensor("input");
  const given = c.intList("dim");
  const gone = given?.map((a) => front(x, a));
  return c.m.reshape(
    c.b.emit("Identity", [x]),
    dims(x).filter((d, i) => d !== 1 || (gone !== undefined && !gone.includes(i))),
  );
}

function repeat(c: Call, repeats: readonly number[]): Value {
  const x = c.tensor("input");
  const extra = Math.max(0, repeats.length - dims(x).length);
  const wide = c.m.reshape(x, [...new Array<number>(extra).fill(1), ...dims(x)]);
  const missing = dims(wide).length - repeats.length;
  const all = [...new Array<number>(missing).fill(1), ...repeats];
  return all.length === 0 ? c.b.emit("Identity", [wide]) : c.b.emit("Tile", [wide, c.b.ints(all)]);
}

function expand(c: Call): Value {
  const x = c.tensor("input");
  const like = c.maybe("size");
  const size = like ? dims(like) : (c.intList("size") ?? []);
  const extra = size.length - dims(x).length;
  return c.expand(
    x,
    size.map((d, i) => (d === -1 ? (dims(x)[i - extra] as number) : d)),
  );
}

const triangle = (upper: number): Adapter =>
  op("input diagonal", (c) =>
    c.b.emit(
      "Trilu",
      [
        c.tensor("input"),
        c.b.constant({ dtype: "int64", dims: [], data: new BigInt64Array([BigInt(c.number("diagonal", 0))]) }),
      ],
      { upper },
    ),
  );

/** Gather along an axis of at least one dimension; a scalar counts as a vector. */
const gathered = (c: Call, x: Value, index: Value, axis: number): Value =>
  c.b.emit("Gather", [dims(x).length === 0 ? c.m.reshape(x, [1]) : x, index], { axis });

/** Adds to (or overwrites) rows of x along an axis; `source` has the axis of the index there. */
function putRows(c: Call, x: Value, axis: number, index: Value, source: Value, reduction: "add" | "none"): Value {
  const vector = dims(x).length === 0 ? c.m.reshape(x, [1]) : x;
  const order = dims(vector).map((_, i) => i);
  const perm = [axis, ...order.filter((i) => i !== axis)];
  const places = c.m.reshape(index, [count(index)]);
  const rows = dims(source).length === 0 ? c.m.reshape(source, [1]) : source;
  const put = c.b.emit(
    "ScatterND",
    [c.m.transpose(vector, perm), c.b.emit("Unsqueeze", [places, c.b.ints([-1])]), c.m.transpose(rows, perm)],
    { reduction },
  );
  return c.m.reshape(
    c.m.transpose(
      put,
      order.map((i) => perm.indexOf(i)),
    ),
    dims(x),
  );
}

/** torch.gather and scatter take scalars as vectors, and read only as much of the source as there are indices. */
function elementwisePlaces(c: Call) {
  const x = c.tensor("input");
  const index = c.tensor("index");
  const vector = dims(x).length === 0 ? c.m.reshape(x, [1]) : x;
  const places = dims(index).length === 0 ? c.m.reshape(index, [1]) : index;
  return { x, index, vector, places, axis: c.axis("dim", x, 0) };
}

function scatter(c: Call, reduction: string): Value {
  const { x, vector, places, axis } = elementwisePlaces(c);
  const source = c.maybe("src") ?? c.maybe("value");
  const shape = dims(places);
  const updates = source
    ? shape.reduce(
        (v, d, i) => (dims(v)[i] === d ? v : c.m.slice(v, i, 0, d)),
        dims(source).length === 0 ? c.m.reshape(source, [1]) : source,
      )
    : c.expand(c.scalar(c.number(c.has("value") ? "value" : "src")), shape);
  const put = c.b.emit("ScatterElements", [vector, places, updates], { axis, reduction });
  return c.m.reshape(c.b.emit("Identity", [put]), dims(x));
}

const reductions: { readonly [torch: string]: string } = {
  add: "add",
  multiply: "mul",
  sum: "add",
  prod: "mul",
  amax: "max",
  amin: "min",
};

function stack(c: Call, axis: number): Value {
  const list = c.tensors("tensors");
  const rank = dims(list[0] as Value).length + 1;
  const at = axis < 0 ? axis + rank : axis;
  return c.m.concat(
    list.map((v) => c.b.emit("Unsqueeze", [v, c.b.ints([at])])),
    at,
  );
}

const joined = (axis: number, least: number): Adapter =>
  op("tensors", (c) => {
    const list = c.tensors("tensors").map((v) => {
      const shape = dims(v);
      if (shape.length >= least) return v;
      if (least === 3) return c.m.reshape(v, shape.length === 2 ? [...shape, 1] : [1, shape[0] ?? 1, 1]);
      return c.m.reshape(
        v,
        shape.length === 0
          ? new Array<number>(least).fill(1)
          : [...new Array<number>(least - shape.length).fill(1), ...shape],
      );
    });
    const rank = dims(list[0] as Value).length;
    return c.m.concat(list, rank === 1 ? 0 : axis);
  });

/** index_select, index_add and their like. */
const rows = (reduction: "add" | "none"): Adapter =>
  op("input dim index source alpha", (c) => {
    const x = c.tensor("input");
    const source = c.m.mul(c.tensor("source"), c.number("alpha", 1));
    return putRows(c, x, c.axis("dim", x, 0), c.tensor("index"), source, reduction);
  });

export const shapes: { readonly [name: string]: Adapter } = {
  reshape,
  view: reshape,
  reshape_as: reshape,
  view_as: reshape,
  ravel: op("input", (c) => c.m.reshape(c.b.emit("Identity", [c.tensor("input")]), [count(c.tensor("input"))])),
  flatten: op("input start_dim end_dim", (c) => {
    const x = c.tensor("input");
    const shape = dims(x);
    const [from, to] = [c.axis("start_dim", x, 0), c.axis("end_dim", x, -1)];
    const joinedSize = elementCount(shape.slice(from, to + 1));
    return c.m.reshape(c.b.emit("Identity", [x]), [...shape.slice(0, from), joinedSize, ...shape.slice(to + 1)]);
  }),
  unflatten: op("input dim sizes", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const shape = dims(x);
    const sizes = c.intList("sizes") ?? [];
    return c.m.reshape(x, target(x, [...shape.slice(0, axis), ...sizes, ...shape.slice(axis + 1)]));
  }),
  squeeze: op("input dim", squeeze),
  unsqueeze: op("input dim", (c) => c.b.emit("Unsqueeze", [c.tensor("input"), c.b.ints([c.number("dim")])])),
  transpose,
  swapaxes: transpose,
  swapdims: transpose,
  t: op("input", (c) =>
    dims(c.tensor("input")).length < 2 ? c.b.emit("Identity", [c.tensor("input")]) : swap(c, c.tensor("input"), 0, 1),
  ),
  T: op("input", (c) => c.b.emit("Transpose", [c.tensor("input")])),
  mT: op("input", (c) =>
    swap(c, c.tensor("input"), dims(c.tensor("input")).length - 1, dims(c.tensor("input")).length - 2),
  ),
  permute: op("input dims", (c) => {
    const x = c.tensor("input");
    const perm = (c.intList("dims") ?? []).map((a) => front(x, a));
    return perm.length === 0 ? c.b.emit("Identity", [x]) : c.b.emit("Transpose", [x], { perm });
  }),
  movedim: op("input source destination", (c) => {
    const x = c.tensor("input");
    const from = (c.intList("source") ?? []).map((a) => front(x, a));
    const to = (c.intList("destination") ?? []).map((a) => front(x, a));
    const rest = dims(x)
      .map((_, i) => i)
      .filter((i) => !from.includes(i));
    const perm = dims(x).map((_, i) => (to.includes(i) ? (from[to.indexOf(i)] as number) : (rest.shift() as number)));
    return perm.length === 0 ? c.b.emit("Identity", [x]) : c.b.emit("Transpose", [x], { perm });
  }),
  cat: op("tensors dim", (c) => {
    // An empty vector fits anywhere in torch.
    const list = c.tensors("tensors");
    const rank = Math.max(...list.map((v) => dims(v).length));
    const fitting = list.filter((v) => dims(v).length === rank);
    const axis = c.number("dim", 0);
    return c.m.concat(
      fitting.map((v) => c.b.emit("Identity", [v])),
      axis < 0 ? axis + rank : axis,
    );
  }),
  stack: op("tensors dim", (c) => stack(c, c.number("dim", 0))),
  hstack: joined(1, 1),
  vstack: joined(0, 2),
  dstack: joined(2, 3),
  chunk: op("input chunks dim", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const size = dims(x)[axis] as number;
    return split(c, x, parts(size, Math.ceil(size / c.number("chunks"))), axis);
  }),
  split: op("input split_size_or_sections dim", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const size = c.raw("split_size_or_sections");
    const sizes =
      typeof size === "number" ? parts(dims(x)[axis] as number, size) : (c.intList("split_size_or_sections") ?? []);
    return split(c, x, sizes, axis);
  }),
  unbind: op("input dim", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const size = dims(x)[axis] as number;
    return split(c, x, new Array<number>(size).fill(1), axis).map((v) => c.b.emit("Squeeze", [v, c.b.ints([axis])]));
  }),
  narrow: op("input dim start length", (c) => {
    const x = c.tensor("input");
    const axis = c.axis("dim", x, 0);
    const start = c.number("start");
    const from = start < 0 ? start + (dims(x)[axis] as number) : start;
    return c.m.slice(x, axis, from, from + c.number("length"));
  }),
  select: op("input dim index", (c) => {
    const x = c.tensor("input");
    const index = c.b.constant({ dtype: "int64", dims: [], data: new BigInt64Array([BigInt(c.number("index"))]) });
    return c.b.emit("Gather", [x, index], { axis: c.axis("dim", x, 0) });
  }),
  flip: op("input dims", (c) =>
    flip(
      c,
      c.tensor("input"),
      (c.intList("dims") ?? []).map((a) => front(c.tensor("input"), a)),
    ),
  ),
  fliplr: op("input", (c) => flip(c, c.tensor("input"), [1])),
  flipud: op("input", (c) => flip(c, c.tensor("input"), [0])),
  roll: op("input shifts dims", roll),
  diagonal: op("input offset dim1 dim2", diagonal),
  tril: triangle(0),
  triu: triangle(1),
  tile: op("input dims", (c) => repeat(c, c.intList("dims") ?? [])),
  repeat: op("input repeats", (c) => repeat(c, c.intList("repeats") ?? [])),
  expand: op("input size", expand),
  expand_as: op("input size", expand),
  broadcast_to: op("input size", expand),
  index_select: op("input dim index", (c) => {
    const x = c.tensor("input");
    const picked = gathered(c, x, c.m.reshape(c.tensor("index"), [count(c.tensor("index"))]), c.axis("dim", x, 0));
    return dims(x).length === 0 ? c.m.reshape(picked, []) : picked;
  }),
  index_add: rows("add"),
  index_copy: rows("none"),
  gather: op("input dim index sparse_grad", (c) => {
    const { index, vector, places, axis } = elementwisePlaces(c);
    return c.m.reshape(c.b.emit("GatherElements", [vector, places], { axis }), dims(index));
  }),
  take_along_dim: op("input index dim", (c) => {
    if (!c.has("dim")) {
      const flat = c.m.reshape(c.tensor("input"), [count(c.tensor("input"))]);
      return c.b.emit("Gather", [flat, c.m.reshape(c.tensor("index"), [count(c.tensor("index"))])]);
    }
    const { vector, places, axis } = elementwisePlaces(c);
    return c.b.emit("GatherElements", [vector, places], { axis });
  }),
  take: op("input index", (c) =>
    c.b.emit("Gather", [c.m.reshape(c.tensor("input"), [count(c.tensor("input"))]), c.tensor("index")]),
  ),
  scatter: op("input dim index src value reduce", (c) =>
    scatter(c, c.has("reduce") ? (reductions[c.text("reduce", "")] ?? "none") : "none"),
  ),
  scatter_add: op("input dim index src", (c) => scatter(c, "add")),
  scatter_reduce: op("input dim index src reduce include_self", (c) => {
    const reduction = reductions[c.text("reduce", "")];
    if (!reduction || !c.flag("include_self", true))
      throw new Unsupported(`reduce ${c.text("reduce", "")} without the input itself`);
    return scatter(c, reduction);
  }),
};
