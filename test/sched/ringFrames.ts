/** Frames whose content follows from their number: producer and consumer make the same without talking. */

export function bodyOf(n: number, size: number): Uint8Array {
  const body = new Uint8Array(size);
  for (let i = 0; i < size; i++) body[i] = n * 31 + i * 7;
  return body;
}

export function checksum(bytes: Uint8Array, size: number): number {
  let sum = size;
  for (let i = 0; i < size; i++) sum = (Math.imul(sum, 31) + bytes[i]!) | 0;
  return sum;
}
