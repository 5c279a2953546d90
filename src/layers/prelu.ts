import { map } from "../core/result.ts";
import { choice, float } from "../graph/params.ts";
import { perChannel } from "../ir/functions/normalization.ts";
import { Maths } from "../ir/maths.ts";
import { symbol } from "../shape/dim.ts";
import { defineLayer } from "./define.ts";
import { first, inputOfRankAtLeast, knownSize } from "./shared/check.ts";

/** ReLU whose slope below 0 is trained, one for all or one per channel (He et al. 2015). ONNX: PRelu. */
export const layer = defineLayer({
  id: "prelu",
  version: 1,
  category: "activation",
  icon: "trending-up",
  params: { slopes: choice(["shared", "per-channel"], "shared"), start: float(0.25) },
  infer(c) {
    const x = inputOfRankAtLeast(c, 2);
    if (!x.ok || c.params.slopes === "shared") return map(x, (type) => [type]);
    return map(knownSize(c, x.value, 1, "channels"), () => [x.value]);
  },
  parameters(c) {
    const count = c.params.slopes === "shared" ? 1 : (first(c.inputs).shape[1] as number);
    return [{ name: "weight", shape: [count], init: { kind: "constant", value: c.params.start }, kind: "parameter" }];
  },
  lower(c) {
    const x = first(c.inputs);
    return [c.b.emit("PRelu", [x, perChannel(new Maths(c.b), c.parameter("weight"), x.type.shape.length)])];
  },
  formula: String.raw`y = \begin{cases} x & x \ge 0 \\ a_c x & x < 0 \end{cases}`,
  examples: [
    { params: {}, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, 4] }] },
    { params: { slopes: "per-channel" }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3, symbol("T"), 2] }] },
    { params: { slopes: "per-channel" }, inputs: [{ dtype: "float32", shape: [symbol("N"), 3] }] },
  ],
});
