import { describe, expect, it } from "vitest";
import { compare, type Form, openPair } from "../../bench/models.ts";
import { benchNets } from "../../bench/nets.ts";

/**
 * The steps of `npm run bench` were written by hand, without the layers, gradient rules and optimizers of the
 * compiler: that both train alike says something of either. Tolerances stand with the nets.
 */
describe.each(benchNets)("$title", (net) => {
  const forms: Form[] = net.id === "residual" ? ["step"] : ["step", "loop"];

  it.each(forms)("trains as the step written by hand (%s)", async (form) => {
    const pair = await openPair(net, form, { threads: 1 });
    const before = (await pair.compiled.run())[0] as number;
    pair.compiled.reset();
    pair.handwritten.reset();
    expect(await compare(net, pair, form)).toEqual([]);
    // Ten classes guessed at random have a loss near ln 10: the step computes something.
    expect(Math.abs(before - Math.log(10))).toBeLessThan(0.5);
    await pair.compiled.session.release();
    await pair.handwritten.session.release();
  });
});
