const storageKey = "gradloom.runs";
const limit = 20;

/** Keys of runs that this page started, also before it was reloaded. */
function read(): readonly string[] {
  try {
    const keys: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? "[]");
    return Array.isArray(keys) ? keys.filter((k) => typeof k === "string") : [];
  } catch {
    return [];
  }
}

export const isOwn = (key: string): boolean => read().includes(key);

export function markOwn(key: string): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify([...read(), key].slice(-limit)));
  } catch {
    // Without storage a reloaded page shows the run on the start page only.
  }
}
