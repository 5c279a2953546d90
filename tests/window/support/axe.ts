import AxeBuilder from "@axe-core/playwright";
import type { EditorWindow } from "./window.ts";

/** Serious violations of WCAG 2.1 AA. */
export async function violations(app: EditorWindow): Promise<string[]> {
  await app.settled();
  const { violations } = await new AxeBuilder({ page: app.page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
    .analyze();
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.any[0]?.message ?? n.all[0]?.message ?? ""}`),
    );
}
