/** Formats a limit of bytes for people: `100 MiB` for a whole number of them, else `100000 bytes`. */
export function sizeLimit(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytes} bytes`;
}
