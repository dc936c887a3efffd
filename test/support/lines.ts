/** The lines of a file in memory, as the offline verifier reads them. */
export async function* linesIn(file: Buffer) {
  let start = 0;
  for (let end = file.indexOf(10); end >= 0; end = file.indexOf(10, start)) {
    yield { bytes: file.subarray(start, end), ended: true };
    start = end + 1;
  }
  if (start < file.length) yield { bytes: file.subarray(start), ended: false };
}
