/** Cuts a stream of arbitrary pieces into chunks of one size. */

/** Every chunk but the last has exactly `size` bytes; no chunk is empty. Holds at most one chunk. */
export async function* chunksOf(pieces: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const piece of pieces) {
    for (let taken = 0; taken < piece.length;) {
      const copied = piece.copy(chunk, filled, taken, taken + size - filled);
      taken += copied;
      filled += copied;
      if (filled === size) {
        yield Buffer.from(chunk);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield Buffer.from(chunk.subarray(0, filled));
}
