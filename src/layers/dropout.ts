import { defineLayer } from "./define.ts";
import { dropping } from "./shared/dropping.ts";

/** Drops single elements while training (Srivastava et al. 2014). */
export const layer = defineLayer({
  id: "dropout",
  icon: "droplets",
  ...dropping(1, (dims) => dims),
  formula: String.raw`y = \frac{m \odot x}{1 - p},\quad m_i \sim \operatorname{Bernoulli}(1 - p)`,
});
