import type { Static } from "@sinclair/typebox";
import { checkSourceUrls } from "../core/check_fields.ts";
import { AppError } from "../core/errors.ts";
import { invalid } from "../core/validation_errors.ts";
import { type BodyPace, isForm, MAX_FIELDS, readBytes, readForm, readJson, validator } from "../http/mod.ts";
import { type FromUrl, UnifiedFields } from "./schema.ts";
import { fieldsOf, nameOfFile, receiveForm, type Upload, type UploadOptions } from "./upload.ts";

/** A request to the old endpoint: an uploaded file, or a URL to fetch. */
export type UnifiedRequest =
  | { readonly upload: Upload }
  | { readonly upload: null; readonly fromUrl: Static<typeof FromUrl> };

const validate = validator(UnifiedFields);

/**
 * Reads a body of POST `/assets/unified` in the formats of the old backend: a form with or without a file, a URL-encoded form,
 * or JSON.
 *
 * @throws {AppError} for an unreadable body, invalid fields, or a body that does not match its `uploadType`
 */
export async function readUnified(request: Request, options: UploadOptions): Promise<UnifiedRequest> {
  if (!isForm(request)) {
    const sent = isUrlEncoded(request)
      ? formValues(await readUrlEncoded(request, options.pace))
      : await readJson(request, { orForm: true, ...(options.pace && { pace: options.pace }) });
    return { upload: null, fromUrl: fromUrlOf(validate(sent)) };
  }
  const { file, fields } = await receiveForm(request, options, readForm);
  try {
    const all = validate(formValues(fields));
    if (all.uploadType === "url") {
      if (file) throw invalid([{ path: "file", message: "must be absent with uploadType url" }]);
      return { upload: null, fromUrl: fromUrlOf(all) };
    }
    if (!file) throw invalid([{ path: "file", message: "must be a file with uploadType file" }]);
    const { uploadType: _, sourceUrl: __, generateThumbnail: ___, ...about } = all;
    return { upload: { ...file, fields: about, name: about.name ?? nameOfFile(file) } };
  } catch (error) {
    file?.[Symbol.dispose]();
    throw error;
  }
}

/** Returns the import from a URL. @throws {AppError} `validation_failed`, named by the old fields */
function fromUrlOf(fields: Static<typeof UnifiedFields>): Static<typeof FromUrl> {
  const { uploadType, sourceUrl: url, generateThumbnail: _, name, type, ...rest } = fields;
  if (uploadType === "file") throw invalid([{ path: "file", message: "must be sent as multipart/form-data" }]);
  checkSourceUrls([{ path: "sourceUrl", url }]);
  if (name !== undefined && type !== undefined && url !== undefined) return { name, type, url, ...rest };
  const missing = Object.entries({ sourceUrl: url, name, type }).filter(([, value]) => value === undefined);
  throw invalid(missing.map(([path]) => ({ path, message: "must be given with uploadType url" })));
}

/** Converts the text of a form's field. */
function formValues(sent: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  const { generateThumbnail, ...fields } = fieldsOf(sent);
  if (generateThumbnail === undefined) return fields;
  return { ...fields, generateThumbnail: BOOLEANS.get(String(generateThumbnail).toLowerCase()) ?? generateThumbnail };
}

/** The booleans of the old backend. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...["true", "1", "yes", "on"].map((text) => [text, true] as const),
  ...["false", "0", "no", "off"].map((text) => [text, false] as const),
]);

function isUrlEncoded(request: Request): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get("content-type") ?? "");
}

const AMPERSAND = 0x26;

async function readUrlEncoded(request: Request, pace: BodyPace | undefined): Promise<Record<string, string[]>> {
  const bytes = await readBytes(request, pace && { pace });
  // Counted before they are read: a body has room for half a million.
  if (bytes.reduce((sum, byte) => sum + Number(byte === AMPERSAND), 0) >= MAX_FIELDS) {
    throw new AppError("bad_request", `Cannot read the form: it has more than ${MAX_FIELDS} fields`);
  }
  const sent = new URLSearchParams(new TextDecoder().decode(bytes));
  const fields: Record<string, string[]> = Object.create(null);
  for (const [name, value] of sent) fields[name] = [...(fields[name] ?? []), value.toWellFormed()];
  return fields;
}
