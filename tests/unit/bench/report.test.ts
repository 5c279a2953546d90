import { describe, expect, it } from "vitest";
import { table, verdict } from "../../../bench/report.ts";
import { compete, median, ratio, type Timing } from "../../../bench/timing.ts";

describe("timing", () => {
  it("takes the middle of an odd and the mean of the two middle ones of an even number", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("takes turns, every second round backwards, and compares within rounds", async () => {
    const order: string[] = [];
    // The machine is three times as slow in the second round; b always takes twice as long as a.
    const contestant = (name: string, factor: number) => ({
      name,
      async burst() {
        order.push(name);
        const round = order.filter((n) => n === name).length - 1;
        return [factor, factor * ([1, 1, 3, 1][round] as number), factor * 10];
      },
    });
    const [a, b] = (await compete([contestant("a", 1), contestant("b", 2)], { rounds: 3, ms: 1 })) as [Timing, Timing];
    expect(order.join(" ")).toBe("a b a b b a a b");
    expect(a).toEqual({ median: 1, least: 1, rounds: [1, 3, 1] });
    expect(ratio(b, a)).toBe(2);
  });
});

describe("report", () => {
  it("aligns numbers to the right", () => {
    expect(
      table(
        ["net", "ms"],
        [
          ["mlp", "1.5"],
          ["lenet", "12.5"],
        ],
      ),
    ).toBe(["net      ms", "-----  ----", "mlp     1.5", "lenet  12.5"].join("\n"));
  });

  it("names what missed a goal, or else what met it", () => {
    const met = { net: "a", value: 1.05, met: true };
    const missed = { net: "b", value: 1.2, met: false };
    expect(verdict("within 1.1", [met])).toBe("met: within 1.1 (a 1.05)");
    expect(verdict("within 1.1", [met, missed])).toBe("not met: within 1.1 (b 1.20)");
  });
});
