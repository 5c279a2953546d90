/** The things used last, at most `size` of them; what falls out is given to `drop`. */
export class Lru<T> {
  readonly #size: number;
  readonly #drop: (value: T) => Promise<void>;
  readonly #held = new Map<string, T>();

  constructor(size: number, drop: (value: T) => Promise<void>) {
    this.#size = size;
    this.#drop = drop;
  }

  get(key: string): T | undefined {
    const value = this.#held.get(key);
    if (value === undefined) return undefined;
    this.#held.delete(key);
    this.#held.set(key, value);
    return value;
  }

  async add(key: string, value: T): Promise<void> {
    this.#held.set(key, value);
    for (const [old, dropped] of this.#held) {
      if (this.#held.size <= this.#size) return;
      this.#held.delete(old);
      await this.#drop(dropped);
    }
  }

  get values(): Iterable<T> {
    return this.#held.values();
  }

  async clear(): Promise<void> {
    const values = [...this.#held.values()];
    this.#held.clear();
    for (const value of values) await this.#drop(value);
  }
}
