import type { Page } from "@playwright/test";

/** How many entries a store of the window's own database has. */
export const storedCount = (page: Page, store: "journal" | "weights"): Promise<number> =>
  page.evaluate(
    (store) =>
      new Promise<number>((resolve) => {
        const request = indexedDB.open("gradloom");
        request.onsuccess = () => {
          const count = request.result.transaction(store).objectStore(store).count();
          count.onsuccess = () => {
            request.result.close();
            resolve(count.result);
          };
        };
      }),
    store,
  );
