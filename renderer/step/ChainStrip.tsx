import { GitBranch, GitMerge } from "lucide-react";
import { useEffect, useRef } from "react";
import { useText } from "../app/text.ts";
import { bandWidth, healthColor } from "../overlay/scale.ts";
import { valueText } from "../tensors/texts.ts";
import { IconButton } from "../ui/Button.tsx";
import { Formula } from "../ui/Formula.tsx";
import { categoryVar, colorVar } from "../ui/Glyph.tsx";
import { Menu, type MenuEntry } from "../ui/Menu.tsx";
import type { Chain, Link } from "./chain.ts";
import { chainTex } from "./chainTex.ts";
import { stepping } from "./session.ts";
import styles from "./step.module.css";

/** The way from the data to the loss, with what the gradient is worth at each node and what each layer does to it. */
export function ChainStrip({
  chain,
  norms,
  loss,
  place,
  parameter,
}: {
  chain: Chain;
  norms: ReadonlyMap<string, number>;
  loss: number | null;
  place: string;
  /** Letter of the parameter that the chain rule is written for; null for the input. */
  parameter: string | null;
}) {
  const text = useText().walk;
  const strip = useRef<HTMLOListElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place, another part of the way
  useEffect(() => {
    const now = strip.current?.querySelector<HTMLElement>("[aria-current]");
    now?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [place, chain]);
  const { links, end } = chain;
  const factors = links.map((l, i) => factorOf(norms, l, links[i + 1] ?? null));
  const reference = medianOf([...norms.values()].filter((v) => v > 0));
  return (
    <section className={styles.chain} aria-label={text.chain}>
      <div className={styles.chainHead}>
        <h2>{text.chain}</h2>
        {end && <Formula tex={chainTex(chain, place, parameter, norms)} className={styles.chainTex} />}
        <span className={styles.legend}>
          <span>{text.legendNode}</span>
          <Formula tex="\lVert \partial L / \partial y \rVert" />
          <span>{text.legendWire}</span>
        </span>
      </div>
      <ol ref={strip} className={styles.links} aria-label={text.path}>
        {links.map((l, i) => (
          <li key={l.id} className={styles.linkItem}>
            <LinkBox link={l} norm={norms.get(l.id) ?? null} current={l.id === place} />
            {(links[i + 1] ?? end) && (
              <Wire factor={factors[i] ?? null} norm={norms.get(l.id) ?? null} reference={reference} />
            )}
          </li>
        ))}
        {end && (
          <li className={styles.linkItem}>
            <button
              type="button"
              className={styles.link}
              style={{ "--cat": colorVar("loss") } as React.CSSProperties}
              aria-current={end.id === place ? "true" : undefined}
              onClick={() => stepping.getState().go(end.id, "forward")}
            >
              <b>{text.loss}</b>
              <span>{loss === null ? "…" : text.lossValue(valueText(loss, 3))}</span>
            </button>
          </li>
        )}
      </ol>
    </section>
  );
}

/** What the layer to the right of a wire does to the length of the gradient on its way back. */
function factorOf(norms: ReadonlyMap<string, number>, link: Link, next: Link | null): number | null {
  const own = norms.get(link.id);
  const after = next ? norms.get(next.id) : 1;
  return own === undefined || after === undefined || after === 0 ? null : own / after;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

function LinkBox({ link, norm, current }: { link: Link; norm: number | null; current: boolean }) {
  const text = useText().walk;
  const name = link.id;
  return (
    <span className={styles.linkBox}>
      <button
        type="button"
        className={styles.link}
        style={{ "--cat": categoryVar(link.layer) } as React.CSSProperties}
        aria-current={current ? "true" : undefined}
        aria-label={norm === null ? text.linkPlain(name) : text.link(name, valueText(norm, 3))}
        onClick={() => stepping.getState().go(link.id)}
      >
        <b>{shortName(name)}</b>
        <span>{norm === null ? "…" : valueText(norm, 3)}</span>
      </button>
      {link.forks.length > 0 && <WayMenu link={link} side="next" />}
      {link.joins.length > 0 && <WayMenu link={link} side="before" />}
    </span>
  );
}

/** The last part of a name in a block says enough where all stand in a row. */
const shortName = (id: string): string => (id.length <= 14 ? id : `…${id.slice(-13)}`);

function WayMenu({ link, side }: { link: Link; side: "next" | "before" }) {
  const text = useText().walk;
  const others = side === "next" ? link.forks : link.joins;
  const entries = (): readonly MenuEntry[] =>
    others.map((other) => ({
      label: side === "next" ? text.wayTo(other) : text.wayFrom(other),
      onSelect: () => stepping.getState().turn(side, link.id, other),
    }));
  const label = side === "next" ? text.fork(others.length) : text.join(others.length);
  const icon = side === "next" ? GitBranch : GitMerge;
  return (
    <Menu
      trigger={<IconButton label={label} icon={icon} className={styles.way} data-side={side} />}
      entries={entries}
    />
  );
}

function Wire({ factor, norm, reference }: { factor: number | null; norm: number | null; reference: number }) {
  const relative = norm === null || norm === 0 ? null : Math.log10(norm / reference);
  const style = {
    "--wire": relative === null ? "var(--hl-dead)" : healthColor(relative),
    "--width": `${relative === null ? 2 : Math.max(3, bandWidth(relative))}px`,
  } as React.CSSProperties;
  return (
    <span className={styles.wire} style={style}>
      <i />
      <span>{factor === null ? "" : `×${valueText(factor, 3)}`}</span>
      <svg width="8" height="8" aria-hidden="true">
        <path d="M5.5 1.5 2.5 4l3 2.5" fill="none" stroke="currentColor" strokeWidth="1.4" />
      </svg>
    </span>
  );
}
