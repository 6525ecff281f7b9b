import type { Static } from "@sinclair/typebox";
import { type BlobStore, collect, type StagedBlob } from "../blobs/mod.ts";
import { invalid } from "../http/error_answer.ts";
import { type MultipartFile, readMultipart } from "../http/multipart.ts";
import { validator } from "../http/validate.ts";
import { cleanName, UploadFields } from "./schema.ts";

/** A file that was sent, with its bytes complete and held. */
export interface Upload extends Disposable {
  readonly fields: Static<typeof UploadFields>;
  readonly name: string;
  readonly filename: string | null;
  readonly sentContentType: string;
  readonly staged: StagedBlob;
}

/** Where an upload goes. */
export interface UploadOptions {
  readonly blobs: BlobStore;
  readonly isReferenced: (sha256: string) => boolean;
  readonly maxBytes: number;
}

const validateFields = validator(UploadFields);

/**
 * Receives a multipart upload: the file goes to the blob store while it arrives, so the memory stays flat.
 *
 * @throws {AppError} for a form that is malformed, too large, or has fields that do not fit
 */
export async function receiveUpload(
  request: Request,
  { blobs, isReferenced, maxBytes }: UploadOptions,
): Promise<Upload> {
  const form = await readMultipart(request, {
    maxFileBytes: maxBytes,
    async onFile({ filename, contentType, stream }: MultipartFile) {
      const staged = await blobs.write(stream, { maxBytes, signal: request.signal });
      return { staged, filename, contentType, [Symbol.dispose]: () => letGo(staged) };
    },
  });
  const { staged, filename, contentType } = form.file;

  /** An upload that led to no asset leaves nothing behind; what cannot be removed now is for the next sweep. */
  function letGo({ sha256, release }: StagedBlob): void {
    release();
    collect(sha256, { blobs, isReferenced }).catch(() => {});
  }

  try {
    const fields = fieldsOf(form.fields);
    const name = fields.name ?? cleanName(filename ?? "") ?? "upload";
    return { fields, name, filename, sentContentType: contentType, staged, [Symbol.dispose]: () => letGo(staged) };
  } catch (error) {
    letGo(staged);
    throw error;
  }
}

/** Forms send an empty string for a field that nobody filled in. */
function fieldsOf(sent: Readonly<Record<string, readonly string[]>>): Static<typeof UploadFields> {
  const fields: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(sent)) {
    const given = values.filter((value) => value !== "");
    if (given.length === 0) continue;
    if (name === "tags") {
      fields.tags = tagsOf(given);
      continue;
    }
    if (given.length > 1) throw invalid([{ path: name, message: "Must be given once" }]);
    fields[name] = given[0];
  }
  return validateFields(fields);
}

/** A JSON array, or the field repeated. */
function tagsOf(values: readonly string[]): unknown {
  const [first = ""] = values;
  if (values.length > 1 || !first.trimStart().startsWith("[")) return values;
  try {
    return JSON.parse(first);
  } catch {
    throw invalid([{ path: "tags", message: "Must be a JSON array of strings, or the field repeated" }]);
  }
}
