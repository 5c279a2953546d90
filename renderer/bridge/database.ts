/** Tables of the window's own database in the browser. Keys are `id`. */
const tables = ["recent", "journal", "weights"] as const;
export type TableName = (typeof tables)[number];

/** Raised when entries change their form; those of before are given up. */
const version = 3;
let opened: Promise<IDBDatabase> | null = null;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("gradloom", version);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const name of Array.from(result.objectStoreNames)) result.deleteObjectStore(name);
      for (const name of tables) result.createObjectStore(name, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Runs a request; a browser without a database, or with a full one, gives the fallback: nothing here is the truth. */
async function run<T>(
  table: TableName,
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest<T>,
  fallback: T,
): Promise<T> {
  try {
    // What is written must outlive the machine, too.
    const transaction = (await database()).transaction(table, mode, { durability: "strict" });
    return await new Promise<T>((resolve, reject) => {
      const asked = request(transaction.objectStore(table));
      // A disk may turn out to be full only when all is written.
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } catch {
    return fallback;
  }
}

export const readAll = <T>(table: TableName): Promise<T[]> =>
  run<T[]>(table, "readonly", (s) => s.getAll() as IDBRequest<T[]>, []);
export const readOne = <T>(table: TableName, id: string): Promise<T | undefined> =>
  run<T | undefined>(table, "readonly", (s) => s.get(id) as IDBRequest<T | undefined>, undefined);
/** False when there is no room, or no database. */
export const put = async <T extends { readonly id: string }>(table: TableName, value: T): Promise<boolean> =>
  (await run<IDBValidKey>(table, "readwrite", (s) => s.put(value), "")) !== "";
export const remove = async (table: TableName, id: string): Promise<void> =>
  void (await run<undefined>(table, "readwrite", (s) => s.delete(id), undefined));
