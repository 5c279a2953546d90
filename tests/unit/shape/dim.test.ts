import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  ceilDivide,
  type Dim,
  dimText,
  divideExact,
  equal,
  floorDivide,
  missingDimension,
  multiply,
  substitute,
  subtract,
  symbol,
  symbolsOf,
} from "../../../src/shape/dim.ts";
import { broadcast } from "../../../src/shape/type.ts";

const N = symbol("N");
const T = symbol("T");

describe("normal form", () => {
  it.each([
    [add(N, 0), "N"],
    [add(N, N), "2*N"],
    [subtract(multiply(N, 3), N), "2*N"],
    [subtract(N, N), "0"],
    [multiply(add(N, 1), add(N, -1)), "N*N - 1"],
    [floorDivide(multiply(N, 4), 2), "2*N"],
    [floorDivide(add(T, -3), 2), "floor((T + 1)/2) - 2"],
    [add(floorDivide(add(T, 1), 2), floorDivide(add(T, 1), 2)), "2*floor((T + 1)/2)"],
    [ceilDivide(T, 3), "floor((T + 2)/3)"],
  ] as [Dim, string][])("%# is %s", (dim, text) => {
    expect(dimText(dim)).toBe(text);
  });

  it("does not depend on the order of terms", () => {
    expect(equal(add(multiply(N, T), add(T, 1)), add(add(1, T), multiply(T, N)))).toBe(true);
  });
});

/** Random expressions over N and T together with the function they stand for. */
const expression: fc.Arbitrary<{ dim: Dim; at: (n: number, t: number) => number }> = fc.letrec<{
  e: { dim: Dim; at: (n: number, t: number) => number };
}>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom({ dim: N, at: (n: number) => n }, { dim: T, at: (_: number, t: number) => t }),
    fc.integer({ min: -5, max: 9 }).map((c) => ({ dim: c as Dim, at: () => c })),
    fc
      .tuple(tie("e"), tie("e"))
      .map(([a, b]) => ({ dim: add(a.dim, b.dim), at: (n: number, t: number) => a.at(n, t) + b.at(n, t) })),
    fc
      .tuple(tie("e"), tie("e"))
      .map(([a, b]) => ({ dim: multiply(a.dim, b.dim), at: (n: number, t: number) => a.at(n, t) * b.at(n, t) })),
    fc
      .tuple(tie("e"), fc.integer({ min: 1, max: 5 }))
      .map(([a, by]) => ({ dim: floorDivide(a.dim, by), at: (n: number, t: number) => Math.floor(a.at(n, t) / by) })),
  ),
})).e;

describe("substitution", () => {
  it("equals computing with numbers from the start", () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (e, n, t) => {
        expect(substitute(e.dim, { N: n, T: t }) || 0).toBe(e.at(n, t) || 0);
      }),
    );
  });

  it("may be done one symbol at a time", () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (e, n, t) => {
        expect(substitute(substitute(e.dim, { N: n }), { T: t }) || 0).toBe(e.at(n, t) || 0);
      }),
    );
  });

  it("leaves no symbol that has a value", () => {
    fc.assert(fc.property(expression, (e) => !symbolsOf(substitute(e.dim, { N: 3 })).includes("N")));
  });
});

describe("division", () => {
  it("finds the dimension that a reshape leaves open", () => {
    const tail = add(floorDivide(add(T, -3), 2), 1);
    expect(missingDimension([N, 16, tail], [N, tail])).toBe(16);
    expect(dimText(missingDimension([N, 16, tail], [N, 16]) as Dim)).toBe(dimText(tail));
    expect(missingDimension([N, 5], [2])).toBeNull();
    expect(missingDimension([N, 6], [2])).toEqual(multiply(N, 3));
  });

  it("undoes a multiplication", () => {
    fc.assert(
      fc.property(expression, fc.integer({ min: 1, max: 9 }), (e, k) => {
        expect(equal(divideExact(multiply(e.dim, k), k) as Dim, e.dim)).toBe(true);
      }),
    );
  });
});

describe("broadcast", () => {
  const dim = fc.constantFrom<Dim>(1, 2, 3, N, T);
  const shape = fc.array(dim, { maxLength: 4 });
  it("is commutative", () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(broadcast(a, b)).toEqual(broadcast(b, a));
      }),
    );
  });
  it("does not change a shape joined with itself", () => {
    fc.assert(
      fc.property(shape, (a) => {
        expect(broadcast(a, a)).toEqual({ shape: a });
      }),
    );
  });
  it("names the axis that does not fit", () => {
    expect(broadcast([N, 3, 4], [5, 4])).toEqual({ axis: 1 });
    expect(broadcast([N], [T])).toEqual({ axis: 0 });
  });
});
