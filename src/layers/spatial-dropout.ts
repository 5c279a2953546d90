import { defineLayer } from "./define.ts";
import { dropping } from "./shared/dropping.ts";

/** Drops whole channels of [N, C, ...] while training (Tompson et al. 2015). */
export const layer = defineLayer({
  id: "spatial-dropout",
  icon: "droplets",
  ...dropping(3, (dims) => dims.map((d, i) => (i < 2 ? d : 1))),
  formula: String.raw`y_c = \frac{m_c\, x_c}{1 - p},\quad m_c \sim \operatorname{Bernoulli}(1 - p)`,
});
