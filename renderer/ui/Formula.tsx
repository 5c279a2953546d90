import katex from "katex";
import "katex/dist/katex.min.css";
import { useMemo } from "react";
import styles from "./Formula.module.css";

/**
 * LaTeX as a formula: drawn by KaTeX, and as MathML for readers. What cannot be read is shown as it was written;
 * nothing in it can load, link or run (`trust` is off).
 */
export function Formula({
  tex,
  display = false,
  className,
}: {
  tex: string;
  display?: boolean;
  className?: string | undefined;
}) {
  const html = useMemo(() => formulaHtml(tex, display), [tex, display]);
  return (
    <span
      className={`${styles.formula} ${className ?? ""}`}
      data-display={display}
      // A long formula scrolls, and what scrolls must be reachable by keys.
      tabIndex={display ? 0 : undefined}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: markup made by KaTeX with trust off
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

const formulaHtml = (tex: string, display: boolean): string =>
  katex.renderToString(tex, {
    displayMode: display,
    throwOnError: false,
    strict: "ignore",
    trust: false,
    errorColor: "var(--sev-error)",
    maxExpand: 200,
  });
