/** The prefix of every key, by which people and scanners for leaked secrets recognise one. */
const KEY_PREFIX = "rlg_";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62^43 is just above 2^256. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${KEY_PREFIX}[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`);

/**
 * Creates a key of 256 random bits: `rlg_`, 43 digits of base 62, and the CRC-32 of the text before in 6 more. The
 * checksum recognises a key without a lookup (as in GitHub's tokens).
 */
export function newKey(): string {
  const random = crypto.getRandomValues(new Uint8Array(32));
  const unsigned = KEY_PREFIX + base62(BigInt(`0x${random.toHex()}`), SECRET_LENGTH);
  return unsigned + checksumOf(unsigned);
}

/** Returns true for a text with the form and checksum of a key; false for every typo. */
export function isKey(text: string): boolean {
  if (!FORM.test(text)) return false;
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

/**
 * Returns the SHA-256 of a key, 32 bytes. It needs no salt and no slow hash, because 256 random bits cannot be guessed.
 */
export function digestOfKey(key: string): Uint8Array {
  const digest = new Uint8Array(32);
  Bun.SHA256.hash(key, digest);
  return digest;
}

/** Returns the stored form of a key: its SHA-256 in hexadecimal digits. */
export function hashOfKey(key: string): string {
  return digestOfKey(key).toHex();
}

function checksumOf(text: string): string {
  let rest = Bun.hash.crc32(text);
  let digits = "";
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = (DIGITS[rest % 62] ?? "") + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function base62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; rest > 0n; rest /= 62n) text = (DIGITS[Number(rest % 62n)] ?? "") + text;
  return text.padStart(length, "0");
}
