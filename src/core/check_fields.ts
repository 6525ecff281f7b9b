import { invalid } from "./validation_errors.ts";

/** The largest free JSON object of a body, in bytes of JSON in UTF-8. */
const MAX_OBJECT_BYTES = 64 * 1024;

/** Fields of a body by name; absent and null ones pass. */
export interface FieldsToCheck {
  readonly urls?: Readonly<Record<string, string | null | undefined>>;
  readonly objects?: Readonly<Record<string, object | null | undefined>>;
}

/**
 * Checks rules that the schema of a body cannot express: a URL is valid and holds no password, and a free object is not
 * too large.
 *
 * @throws {AppError} `validation_failed` with one entry per field
 */
export function checkFields({ urls = {}, objects = {} }: FieldsToCheck): void {
  const findings = [
    ...Object.entries(urls).map(([path, url]) => ({ path, message: url == null ? null : wrongWithUrl(url) })),
    ...Object.entries(objects).map(([path, object]) => ({ path, message: object == null ? null : wrongSize(object) })),
  ].flatMap(({ path, message }) => (message === null ? [] : [{ path, message }]));
  if (findings.length > 0) throw invalid(findings);
}

/**
 * Checks that sources are valid URLs. The network policy decides later which of them may be fetched.
 *
 * @throws {AppError} `validation_failed` with one entry per field
 */
export function checkSourceUrls(sources: readonly { readonly path: string; readonly url: string | undefined }[]): void {
  const findings = sources
    .filter(({ url }) => url !== undefined && !URL.canParse(url))
    .map(({ path }) => ({ path, message: "must be a URL" }));
  if (findings.length > 0) throw invalid(findings);
}

function wrongWithUrl(text: string): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "must be an http or https URL";
  return url.username || url.password ? "must not contain a user name or password" : null;
}

function wrongSize(object: object): string | null {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  return bytes > MAX_OBJECT_BYTES ? `must be at most ${MAX_OBJECT_BYTES} bytes as JSON` : null;
}
