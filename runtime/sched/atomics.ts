/**
 * Every access to a shared word goes through here, so that a model checker can take this module's place and
 * explore all interleavings of the code that ships. All operations are sequentially consistent.
 */
export const load = (words: Int32Array, index: number): number => Atomics.load(words, index);

export const store = (words: Int32Array, index: number, value: number): void => {
  Atomics.store(words, index, value);
};

export const exchange = (words: Int32Array, index: number, value: number): number =>
  Atomics.exchange(words, index, value);

export const compareExchange = (words: Int32Array, index: number, expected: number, value: number): number =>
  Atomics.compareExchange(words, index, expected, value);

export const add = (words: Int32Array, index: number, value: number): number =>
  Atomics.add(words, index, value);
