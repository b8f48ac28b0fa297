/** Chance that is the same for the same seed: every decision of a simulation is drawn from one of these. */

const UINT32 = 4_294_967_296;

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number) {
    this.#a = Math.imul(seed, 0x9e3779b9) | 0;
    this.#b = (Math.floor(seed / UINT32) ^ 0x85ebca6b) | 0;
    this.#c = 0x2545f491;
    for (let round = 0; round < 12; round += 1) this.unit();
  }

  /** A number from 0 up to, not including, 1 (sfc32). */
  unit(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / UINT32;
  }

  /** A whole number between the two, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(items: readonly [T, ...(readonly T[])]): T {
    return items[this.between(0, items.length - 1)] ?? items[0];
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const keys = Object.keys(weights).filter((key): key is K => key in weights);
    let left = this.unit() * keys.reduce((sum, key) => sum + weights[key], 0);
    for (const key of keys) {
      left -= weights[key];
      if (left < 0) return key;
    }
    throw new RangeError("Weights must add up to more than nothing.");
  }
}
