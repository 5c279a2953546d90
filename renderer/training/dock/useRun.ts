import { useMemo, useSyncExternalStore } from "react";
import { runOf, training } from "../../stores/training.ts";
import { useWorkspace } from "../../stores/workspace.ts";
import type { Run } from "../run.ts";

/** Most drawings of what changes with every step, in milliseconds between two. */
const drawn = 100;

/**
 * The run that the active tab shows, as it was at most `interval` milliseconds ago: a run changes with every message,
 * and nobody reads faster than some times a second. Changes of phase are seen at once, and a hidden window sees none.
 */
export function useRun(interval = drawn): Run | null {
  const tab = useWorkspace((s) => s.active);
  const slow = useMemo(
    () => slowly({ read: () => runOf(training.getState(), tab), subscribe: training.subscribe, urgent, interval }),
    [tab, interval],
  );
  return useSyncExternalStore(slow.subscribe, slow.read);
}

/** The run that the active tab shows, as it was when its phase last changed. */
export const usePhase = (): Run | null => useRun(Number.POSITIVE_INFINITY);

const urgent = (a: Run | null, b: Run | null): boolean =>
  a?.key !== b?.key || a?.phase !== b?.phase || a?.engine !== b?.engine;

interface Source<T> {
  read(): T;
  subscribe(listener: () => void): () => void;
  /** Whether a change must be seen at once. */
  urgent(before: T, after: T): boolean;
  readonly interval: number;
}

/** A source that tells of changes at most every `interval` milliseconds. */
export function slowly<T>({ read, subscribe, urgent, interval }: Source<T>): Pick<Source<T>, "read" | "subscribe"> {
  let held = read();
  let toldAt = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const listeners = new Set<() => void>();
  const tell = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (read() === held) return;
    held = read();
    toldAt = performance.now();
    for (const listener of listeners) listener();
  };
  const changed = (): void => {
    if (read() === held) return;
    const wait = toldAt + interval - performance.now();
    if (urgent(held, read()) || (wait <= 0 && !isHidden())) tell();
    else if (timer === null && !isHidden() && wait < Number.POSITIVE_INFINITY)
      timer = setTimeout(tell, Math.max(0, wait));
  };
  let off: readonly (() => void)[] = [];
  return {
    read: () => {
      if (listeners.size === 0) held = read();
      return held;
    },
    subscribe(listener) {
      if (listeners.size === 0) off = [subscribe(changed), whenVisible(tell)];
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        for (const end of off) end();
        if (timer !== null) clearTimeout(timer);
        timer = null;
      };
    },
  };
}

const isHidden = (): boolean => globalThis.document?.hidden ?? false;

function whenVisible(listener: () => void): () => void {
  const heard = (): void => {
    if (!isHidden()) listener();
  };
  globalThis.document?.addEventListener("visibilitychange", heard);
  return () => globalThis.document?.removeEventListener("visibilitychange", heard);
}
