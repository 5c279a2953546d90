import { type RefObject, useEffect, useRef } from "react";
import { scene } from "../canvas/view.ts";
import { changeProbe, type Probe } from "./probes.ts";

/** Room that stays below a card, and above it for the breadcrumbs, in pixels of the screen. */
const [below, above] = [8, 40];

/** A card that grows, as another view takes more room, moves up so that its foot stays in sight. */
export function useSightOfFoot(card: RefObject<HTMLElement | null>, tab: string, { id, offset }: Probe): void {
  const latest = useRef(offset);
  latest.current = offset;
  useEffect(() => {
    const element = card.current;
    if (!element) return;
    let height: number | null = null;
    const observer = new ResizeObserver(() => {
      const grown = height === null ? 0 : element.offsetHeight - height;
      height = element.offsetHeight;
      const seen = scene.element?.getBoundingClientRect();
      if (grown <= 0 || !seen) return;
      const zoom = scene.flow?.getZoom() ?? 1;
      const { top, bottom } = element.getBoundingClientRect();
      // What was out of sight before is where somebody has put it.
      const up = Math.min(bottom - seen.bottom + below, grown * zoom, top - seen.top - above);
      const { x, y } = latest.current;
      if (up > 0) changeProbe(tab, id, { offset: { x, y: y - Math.ceil(up / zoom) } });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [card, tab, id]);
}
