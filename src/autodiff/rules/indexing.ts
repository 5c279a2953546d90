import type { GradientContext, GradientRule } from "../../ir/gradient.ts";
import type { Value } from "../../ir/graph.ts";
import { Maths } from "../../ir/maths.ts";
import { normalAxis } from "../../shape/type.ts";
import { int, text } from "../attributes.ts";
import { scatterElements } from "./scatter.ts";

/** The transpose of GatherElements: dy is added at the places it was read from. */
export const gatherElements: GradientRule = (c) => {
  const axis = normalAxis(int(c, "axis", 0), c.size(c.x(0)).length) ?? 0;
  return [scatterElements(c, c.dy(), c.x(1), axis, c.size(c.x(0)))];
};

/** The values keep their gradient at the places they came from; every place is chosen at most once. */
export const topK: GradientRule = (c) => {
  const axis = normalAxis(int(c, "axis", -1), c.size(c.x(0)).length) ?? 0;
  return [scatterElements(c, c.dy(), c.y(1), axis, c.size(c.x(0)))];
};

/** The transpose of GatherND; leading batch axes become coordinates of their own. */
export const gatherND: GradientRule = (c) => {
  const { b } = c;
  const m = new Maths(b);
  const batch = int(c, "batch_dims", 0);
  const dims = c.size(c.x(0));
  const index = c.size(c.x(1)).slice(0, -1);
  const coordinates = Array.from({ length: batch }, (_, axis) => {
    const iota = b.ints(Array.from({ length: dims[axis] as number }, (_, i) => i));
    const shape = [...index.map((_, i) => (i === axis ? (dims[axis] as number) : 1)), 1];
    return b.emit("Expand", [m.reshape(iota, shape), b.ints([...index, 1])]);
  });
  const whole = m.concat([...coordinates, b.cast(c.x(1), "int64")], -1);
  return [b.emit("ScatterND", [m.full(0, c.dy().type.dtype, dims), whole, c.dy()], { reduction: "add" })];
};

/** Reading and writing at the places an index tensor names, for ScatterElements and ScatterND alike. */
interface Places {
  read(from: Value): Value;
  write(into: Value, updates: Value, reduction: "none" | "add" | "mul"): Value;
}

function elementPlaces(c: GradientContext): Places {
  const axis = int(c, "axis", 0);
  return {
    read: (from) => c.b.emit("GatherElements", [from, c.x(1)], { axis }),
    write: (into, updates, reduction) => c.b.emit("ScatterElements", [into, c.x(1), updates], { axis, reduction }),
  };
}

const tuplePlaces = (c: GradientContext): Places => ({
  read: (from) => c.b.emit("GatherND", [from, c.x(1)]),
  write: (into, updates, reduction) => c.b.emit("ScatterND", [into, c.x(1), updates], { reduction }),
});

/** y is the data with updates put in (or combined in) at places. */
const scatter =
  (placesOf: (c: GradientContext) => Places): GradientRule =>
  (c) => {
    const places = placesOf(c);
    const m = new Maths(c.b);
    switch (text(c, "reduction", "none")) {
      case "add":
        return [c.dy(), null, places.read(c.dy())];
      case "mul":
        return productOfAll(c, m, places);
      case "max":
      case "min":
        return extremumOfAll(c, m, places);
      default: {
        const cleared = (): Value => places.write(c.dy(), m.full(0, c.dy().type.dtype, c.size(c.x(2))), "none");
        return [c.needs(0) ? cleared() : null, null, places.read(c.dy())];
      }
    }
  };

export const scatterElementsRule = scatter(elementPlaces);
export const scatterNDRule = scatter(tuplePlaces);

/** y = max(data, its updates): those equal to y share dy evenly. */
function extremumOfAll(c: GradientContext, m: Maths, places: Places): (Value | null)[] {
  const [data, updates, dy] = [c.x(0), c.x(2), c.dy()];
  const dataTies = m.mask(m.eq(data, c.y()), dy);
  const updateTies = m.mask(m.eq(updates, places.read(c.y())), dy);
  const share = m.div(dy, places.write(dataTies, updateTies, "add"));
  // A place whose data lost and whose updates won is divided by the updates alone; one without updates by itself.
  return [m.mul(dataTies, share), null, m.mul(updateTies, places.read(share))];
}

/** y = data Π updates: each factor gets dy times the product of the others, see the rule of ReduceProd. */
function productOfAll(c: GradientContext, m: Maths, places: Places): (Value | null)[] {
  const [data, updates, dy] = [c.x(0), c.x(2), c.dy()];
  const zeroData = m.mask(m.eq(data, 0), dy);
  const zeroUpdates = m.mask(m.eq(updates, 0), dy);
  const zeros = places.write(zeroData, zeroUpdates, "add");
  const [nonzeroData, nonzeroUpdates] = [m.add(data, zeroData), m.add(updates, zeroUpdates)];
  const carried = m.mul(dy, places.write(nonzeroData, nonzeroUpdates, "mul"));
  const others = (zero: Value, nonzero: Value, count: Value, product: Value): Value =>
    m.where(m.eq(count, zero), m.div(product, nonzero), 0);
  return [
    others(zeroData, nonzeroData, zeros, carried),
    null,
    others(zeroUpdates, nonzeroUpdates, places.read(zeros), places.read(carried)),
  ];
}

/** Values [off, on]: on gets dy where the mark stands, off everywhere else. */
export const oneHot: GradientRule = (c) => {
  const { b } = c;
  const m = new Maths(b);
  const dy = c.dy();
  const marks = b.emit("OneHot", [c.x(0), c.x(1), m.table([0, 1], [2], dy)], { axis: int(c, "axis", -1) });
  const axes = c.size(dy).map((_, i) => i);
  const on = m.sum(m.mul(dy, marks), axes, false);
  const off = m.sub(m.sum(dy, axes, false), on);
  return [null, null, m.concat([m.reshape(off, [1]), m.reshape(on, [1])], 0)];
};
