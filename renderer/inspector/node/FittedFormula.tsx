import { useLayoutEffect, useRef } from "react";
import { Formula } from "../../ui/Formula.tsx";
import styles from "./Node.module.css";

/** A formula that is wider than the panel gets smaller, down to where it can still be read; then it scrolls. */
const smallest = 0.72;

export function FittedFormula({ tex }: { tex: string }) {
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another formula has another width
  useLayoutEffect(() => {
    const element = box.current;
    const formula = element?.firstElementChild;
    if (!element || !formula) return;
    const shrink = (): void => {
      element.style.removeProperty("--fit");
      const ratio = formula.clientWidth / formula.scrollWidth;
      if (ratio < 1) element.style.setProperty("--fit", String(Math.max(smallest, ratio * 0.99)));
    };
    shrink();
    const observer = new ResizeObserver(shrink);
    observer.observe(element);
    // The letters of formulas come from files, and are wider than those that stand in for them.
    document.fonts.addEventListener("loadingdone", shrink);
    return () => {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", shrink);
    };
  }, [tex]);
  return (
    <div ref={box} className={styles.formula}>
      <Formula tex={tex} display={true} />
    </div>
  );
}
