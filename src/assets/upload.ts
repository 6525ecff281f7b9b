import type { Static } from "@sinclair/typebox";
import type { BlobStore, StagedBlob } from "../blobs/mod.ts";
import { invalid } from "../core/validation_errors.ts";
import {
  type Admitted,
  type BodyPace,
  type MultipartForm,
  type MultipartOptions,
  readMultipart,
  validator,
} from "../http/mod.ts";
import { cleanName, UploadFields } from "./schema.ts";
import type { UploadsUnderWay } from "./uploads_under_way.ts";

/** A received file, complete, and held until it is disposed. */
export interface ReceivedFile extends Disposable {
  readonly filename: string | null;
  readonly sentContentType: string;
  readonly staged: StagedBlob;
}

/** A file with the fields of its form. */
export interface Upload extends ReceivedFile {
  readonly fields: Static<typeof UploadFields>;
  readonly name: string;
}

/** The sender of an upload, which ends with their access. */
export type Sender = Pick<Admitted, "identity" | "accessEnds">;

/** The destination, limits and sender of an upload. */
export interface UploadOptions extends Sender {
  readonly blobs: BlobStore;
  /** The largest file, in bytes. */
  readonly maxBytes: number;
  readonly uploads: UploadsUnderWay;
  /** The least pace of the sender; by default the usual one. */
  readonly pace?: BodyPace;
}

const validateFields = validator(UploadFields);

/**
 * Receives a multipart upload: the file goes to the blob store while it arrives, so the memory stays flat.
 *
 * @throws {AppError} for a form that is malformed, too large, or has fields that do not fit
 */
export async function receiveUpload(request: Request, options: UploadOptions): Promise<Upload> {
  const { file, fields: sent } = await receiveForm(request, options, readMultipart);
  try {
    const fields = validateFields(fieldsOf(sent));
    return { ...file, fields, name: fields.name ?? nameOfFile(file) };
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

/**
 * Receives a form's file, where it has one, into the blob store. It is counted from its first byte until it is disposed
 * of.
 *
 * @throws {AppError} `rate_limited` when too many uploads are in progress; the errors of `read`
 */
export async function receiveForm<File extends ReceivedFile | null>(
  request: Request,
  { blobs, maxBytes, uploads, identity, accessEnds, pace }: UploadOptions,
  read: (request: Request, options: MultipartOptions<ReceivedFile>) => Promise<MultipartForm<File>>,
): Promise<MultipartForm<File>> {
  using counting = new DisposableStack();
  const upload = counting.use(uploads.begin(identity.owner));
  const form = await read(request, {
    maxFileBytes: maxBytes,
    signal: accessEnds,
    ...(pace && { pace }),
    async onFile({ filename, contentType, stream }) {
      const staged = await blobs.write(upload.counted(stream), { maxBytes, signal: request.signal });
      return {
        staged,
        filename,
        sentContentType: contentType,
        [Symbol.dispose]() {
          upload[Symbol.dispose]();
          staged.release();
          // The next sweep retries a failed removal. An upload that led to no asset leaves nothing behind.
          blobs.delete(staged.sha256).catch(() => {});
        },
      };
    },
  });
  // The file now owns the count.
  if (form.file !== null) counting.move();
  return form;
}

/** Returns the name of an asset that was sent without one. */
export function nameOfFile({ filename }: ReceivedFile): string {
  return cleanName(filename ?? "") ?? "upload";
}

/** Returns the text fields of a form as values to validate. Forms send an empty string for a field that was not filled in. */
export function fieldsOf(sent: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(sent)) {
    const given = values.filter((value) => value !== "");
    if (given.length === 0) continue;
    if (name === "tags") {
      fields.tags = tagsOf(given);
      continue;
    }
    if (given.length > 1) throw invalid([{ path: name, message: "must be given once" }]);
    fields[name] = given[0];
  }
  return fields;
}

/** Reads a JSON array or the repeated field. */
function tagsOf(values: readonly string[]): unknown {
  const [first = ""] = values;
  if (values.length > 1 || !first.trimStart().startsWith("[")) return values;
  try {
    return JSON.parse(first);
  } catch {
    throw invalid([{ path: "tags", message: "must be a JSON array of strings, or the field repeated" }]);
  }
}
