import { describe, expect, it } from "vitest";
import { checkFile } from "./check.ts";
import type { RefTensor, RefValue } from "./format.ts";

/** A tensor from nested lists. */
type Nested = number | readonly Nested[];
function tensor(values: Nested, dtype: RefTensor["dtype"] = "float32"): RefTensor {
  const shape: number[] = [];
  for (let v: Nested | undefined = values; Array.isArray(v); v = v[0] as Nested | undefined) shape.push(v.length);
  const data = (Array.isArray(values) ? (values as unknown[]).flat(9) : [values]) as number[];
  return { shape, dtype, data };
}
const int = (values: Nested): RefTensor => tensor(values, "int64");
const bool = (values: Nested): RefTensor => tensor(values, "bool");

type Args = readonly RefValue[];
type Kwargs = { readonly [name: string]: RefValue };

const t = tensor;
const matrix = t([
  [1, 2],
  [3, 4],
]);

/** Operators that the reference files do not have: arguments, and the value by the definition in the torch manual. */
const cases: readonly (readonly [op: string, args: Args, kwargs: Kwargs, outputs: readonly RefTensor[]])[] = [
  ["trunc", [t([-1.5, 1.5])], {}, [t([-1, 1])]],
  ["frac", [t([-1.5, 1.25])], {}, [t([-0.5, 0.25])]],
  ["exp2", [t([3, -1])], {}, [t([8, 0.5])]],
  ["log2", [t([8])], {}, [t([3])]],
  ["log10", [t([100])], {}, [t([2])]],
  ["erfc", [t([0])], {}, [t([1])]],
  ["logit", [t([0.5, 0.75])], {}, [t([0, Math.log(3)])]],
  ["logit", [t([0.1])], { eps: 0.25 }, [t([-Math.log(3)])]],
  ["sinc", [t([0, 0.5])], {}, [t([1, 2 / Math.PI])]],
  ["deg2rad", [t([180])], {}, [t([Math.PI])]],
  ["rad2deg", [t([Math.PI])], {}, [t([180])]],
  ["nan_to_num", [t([Number.NaN, 1])], { nan: 7 }, [t([7, 1])]],
  ["rsub", [t([1, 2]), t([5, 5])], { alpha: 2 }, [t([3, 1])]],
  ["__rsub__", [t([1, 2]), 5], {}, [t([4, 3])]],
  ["__rdiv__", [t([1, 2]), 5], {}, [t([5, 2.5])]],
  ["__rpow__", [t([1, 2]), 5], {}, [t([5, 25])]],
  ["float_power", [t([2, 3]), 2], {}, [t([4, 9])]],
  ["floor_divide", [t([-3, 3]), t([2, 2])], {}, [t([-2, 1])]],
  ["xlogy", [t([0, 2]), t([0, Math.E])], {}, [t([0, 2])]],
  ["copysign", [t([1, -2]), t([-1, 1])], {}, [t([-1, 2])]],
  ["ldexp", [t([3]), t([2])], {}, [t([12])]],
  ["logaddexp2", [t([2]), t([2])], {}, [t([3])]],
  ["fmax", [t([1, 4]), t([2, 3])], {}, [t([2, 4])]],
  ["addcmul", [t([1]), t([2]), t([3])], { value: 0.5 }, [t([4])]],
  ["addcdiv", [t([1]), t([6]), t([3])], { value: 2 }, [t([5])]],
  ["clamp_min", [t([1, 3]), 2], {}, [t([2, 3])]],
  ["clamp_max", [t([1, 3]), 2], {}, [t([1, 2])]],
  ["dist", [t([1, 1]), t([4, 5])], {}, [t(5)]],
  ["dist", [t([1, 1]), t([4, 5]), "inf"], {}, [t(4)]],

  [
    "t",
    [matrix],
    {},
    [
      t([
        [1, 3],
        [2, 4],
      ]),
    ],
  ],
  ["mT", [t([[[1, 2]]])], {}, [t([[[1], [2]]])]],
  ["swapaxes", [t([[1, 2]]), 0, 1], {}, [t([[1], [2]])]],
  ["movedim", [t([[[1, 2]]]), 2, 0], {}, [t([[[1]], [[2]]])]],
  ["ravel", [matrix], {}, [t([1, 2, 3, 4])]],
  ["unflatten", [t([1, 2, 3, 4]), 0, [2, -1]], {}, [matrix]],
  ["hstack", [[t([1]), t([2, 3])]], {}, [t([1, 2, 3])]],
  ["vstack", [[t([1, 2]), t([3, 4])]], {}, [matrix]],
  [
    "dstack",
    [[t([1, 2]), t([3, 4])]],
    {},
    [
      t([
        [
          [1, 3],
          [2, 4],
        ],
      ]),
    ],
  ],
  ["unbind", [matrix], {}, [t([1, 2]), t([3, 4])]],
  ["select", [matrix, 1, -1], {}, [t([2, 4])]],
  [
    "fliplr",
    [matrix],
    {},
    [
      t([
        [2, 1],
        [4, 3],
      ]),
    ],
  ],
  [
    "flipud",
    [matrix],
    {},
    [
      t([
        [3, 4],
        [1, 2],
      ]),
    ],
  ],
  [
    "broadcast_to",
    [t([1, 2]), [2, 2]],
    {},
    [
      t([
        [1, 2],
        [1, 2],
      ]),
    ],
  ],
  [
    "index_copy",
    [matrix, 0, int([1]), t([[7, 8]])],
    {},
    [
      t([
        [1, 2],
        [7, 8],
      ]),
    ],
  ],
  ["take", [matrix, int([0, -1])], {}, [t([1, 4])]],
  ["take_along_dim", [matrix, int([[1], [0]]), 1], {}, [t([[2], [3]])]],
  ["scatter", [t([1, 2, 3]), 0, int([0, 0]), t([5, 7])], { reduce: "add" }, [t([13, 2, 3])]],
  ["scatter", [t([1, 2, 3]), 0, int([2, 1]), 5], { reduce: "multiply" }, [t([1, 10, 15])]],
  ["scatter_reduce", [t([1, 2, 3]), 0, int([0, 0]), t([5, 7]), "amax"], {}, [t([7, 2, 3])]],
  ["masked_fill", [t([1, 2]), bool([1, 0]), 9], {}, [t([9, 2])]],

  ["aminmax", [t([3, 1, 2])], {}, [t(1), t(3)]],
  ["var_mean", [t([1, 3])], {}, [t(2), t(2)]],
  ["std_mean", [t([1, 3])], { unbiased: false }, [t(1), t(2)]],
  ["linalg.vector_norm", [t([3, 4])], {}, [t(5)]],
  ["logcumsumexp", [t([0, 0, 0]), 0], {}, [t([0, Math.log(2), Math.log(3)])]],
  ["msort", [t([3, 1, 2])], {}, [t([1, 2, 3])]],
  ["kthvalue", [t([3, 1, 2]), 2], {}, [t(2), int(2)]],
  [
    "trace",
    [
      t([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ],
    {},
    [t(6)],
  ],
  ["bmm", [t([[[1, 2]]]), t([[[3], [4]]])], {}, [t([[[11]]])]],
  ["mv", [matrix, t([1, 1])], {}, [t([3, 7])]],
  ["inner", [matrix, t([1, 1])], {}, [t([3, 7])]],
  ["addmv", [t([1, 1]), matrix, t([1, 1])], { alpha: 2, beta: 3 }, [t([9, 17])]],
  [
    "addr",
    [matrix, t([1, 2]), t([3, 4])],
    {},
    [
      t([
        [4, 6],
        [9, 12],
      ]),
    ],
  ],
  ["addbmm", [t([[1]]), t([[[2]], [[3]]]), t([[[4]], [[5]]])], {}, [t([[24]])]],
  ["einsum", ["i,i->", [t([1, 2]), t([3, 4])]], {}, [t(11)]],

  ["nn.functional.conv3d", [t([[[[[1, 2]]]]]), t([[[[[3, 4]]]]])], {}, [t([[[[[11]]]]])]],
  [
    "nn.functional.conv_transpose1d",
    [t([[[1]]]), t([[[1, 2]]]), t([5])],
    { dilation: 2, output_padding: 1 },
    [t([[[6, 5, 7, 5]]])],
  ],
  [
    "nn.functional.local_response_norm",
    [t([[[1], [2], [3]]]), 3],
    { alpha: 3, beta: 1 },
    [t([[[1 / 6], [2 / 15], [3 / 14]]])],
  ],
  [
    "nn.functional.fold",
    [
      t([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
      [1, 3],
      [1, 2],
    ],
    {},
    [t([[[[1, 5, 4]]]])],
  ],
  ["nn.functional.channel_shuffle", [t([[[[1]], [[2]], [[3]], [[4]]]]), 2], {}, [t([[[[1]], [[3]], [[2]], [[4]]]])]],
  [
    "nn.functional.pixel_unshuffle",
    [
      t([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
      2,
    ],
    {},
    [t([[[1]], [[2]], [[3]], [[4]]])],
  ],
  ["nn.functional.soft_margin_loss", [t([0, 0]), t([1, -1])], {}, [t(Math.LN2)]],
  ["nn.functional.cross_entropy", [t([[0, 0]]), int([1])], { label_smoothing: 0.5 }, [t(Math.LN2)]],
  [
    "nn.functional.cross_entropy",
    [
      t([
        [0, 0],
        [0, 0],
      ]),
      int([1, 0]),
    ],
    { weight: t([1, 3]), reduction: "none" },
    [t([3 * Math.LN2, Math.LN2])],
  ],
  [
    "nn.functional.scaled_dot_product_attention",
    [t([[[0], [0]]]), t([[[1], [1]]]), t([[[2], [4]]])],
    { is_causal: true },
    [t([[[2], [3]]])],
  ],
  [
    "nn.functional.grid_sample",
    [
      t([[[[1, 2, 3, 4]]]]),
      t([
        [
          [
            [0, 0],
            [-1, 0],
          ],
        ],
      ]),
    ],
    { mode: "bicubic", padding_mode: "border", align_corners: true },
    [t([[[[2.5, 1]]]])],
  ],
  [
    "nn.functional.grid_sample",
    [t([[[[[1, 2]], [[3, 4]]]]]), t([[[[[0, 0, 0]]]]])],
    { mode: "bilinear", padding_mode: "zeros", align_corners: true },
    [t([[[[[2.5]]]]])],
  ],
];

describe("an operator that the reference files do not have", () => {
  it.each(cases.map(([op, args, kwargs, outputs]) => ({ op, args, kwargs, outputs })))("$op $kwargs", async (c) => {
    // Every float output gets a cotangent, so that the backward pass runs too; what comes out is tested by operator.
    const cotangents = c.outputs.filter((o) => o.dtype !== "int64").map((o) => ({ ...o, data: o.data.map(() => 1) }));
    const file = {
      op: c.op,
      cases: [{ args: c.args, kwargs: c.kwargs, outputs: c.outputs, cotangents, grads: {}, kink: false }],
    };
    expect(await checkFile(file)).toEqual([{ kind: "passed", double: false }]);
  });
});
