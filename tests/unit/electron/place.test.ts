import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deskOf, placeFor } from "../../../electron/place.ts";

const screen = (x: number, y: number, width: number, height: number) => ({ workArea: { x, y, width, height } });
const laptop = screen(0, 0, 1366, 728);
const desk = [screen(0, 25, 1920, 1055), screen(1920, 0, 2560, 1440)];
const kept = (x: number, y: number, width: number, height: number, maximized = false) => ({
  bounds: { x, y, width, height },
  maximized,
  fullScreen: false,
});

describe("placeFor", () => {
  it("opens in the middle at first, and fills a small screen", () => {
    expect(placeFor(undefined, desk)).toEqual(kept(240, 103, 1440, 900));
    expect(placeFor(undefined, [laptop]).maximized).toBe(true);
  });

  it("goes back to where it was, on whichever screen", () => {
    const there = kept(2500, 200, 1200, 800);
    expect(placeFor(there, desk)).toEqual(there);
  });

  it("comes back into sight when its screen is gone, and stays filling if it did", () => {
    const { bounds, maximized } = placeFor(kept(2500, 200, 1200, 800, true), [laptop]);
    expect(bounds.x).toBeGreaterThanOrEqual(0);
    expect(maximized).toBe(true);
  });

  it("always leaves the bar on top within reach", () => {
    const number = fc.integer({ min: -10_000, max: 10_000 });
    const size = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(number, number, size, size, (x, y, width, height) => {
        const { bounds } = placeFor(kept(x, y, width, height), desk);
        const reached = desk.some(({ workArea: a }) => {
          const wide = Math.min(bounds.x + bounds.width, a.x + a.width) - Math.max(bounds.x, a.x);
          return wide >= 100 && bounds.y >= a.y - 1 && bounds.y < a.y + a.height;
        });
        expect(reached).toBe(true);
      }),
    );
  });
});

describe("deskOf", () => {
  it("is the same whatever the order of the screens, and differs with their places", () => {
    expect(deskOf(desk)).toBe(deskOf([...desk].reverse()));
    expect(deskOf(desk)).not.toBe(deskOf([laptop]));
  });
});
