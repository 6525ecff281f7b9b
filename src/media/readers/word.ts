import { find, read } from "cfb";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { AppError } from "../../errors.ts";
import { type MediaFacts, mediaFacts } from "../facts.ts";
import { unreadable, unsupported } from "../refusal.ts";

/** The first bytes of the stream of a Word 97–2003 document ([MS-DOC] 2.5.2, FibBase.wIdent). */
const WORD_IDENT = 0xa5ec;

/** Characters of the list of parts that are looked at; real ones have some thousand. */
const MAX_CONTENT_TYPES = 1024 * 1024;

/** Bytes that are unpacked of one file, all parts together: the text of the longest book is a tenth of it. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/** Reads a DOC: a compound file that holds a Word document, and not a workbook, a mail or an installer. */
export async function readDoc(path: string): Promise<MediaFacts> {
  const file = parseCompound(Buffer.from(await Bun.file(path).bytes()));
  if (find(file, "/EncryptedPackage")) throw unsupported("an encrypted Office document");
  const stream = find(file, "/WordDocument");
  if (!stream) throw unsupported("a compound file (application/x-cfb) without a Word document");
  const [low = 0, high = 0] = stream.content;
  if (low + high * 256 !== WORD_IDENT) throw unreadable("DOC document");
  return mediaFacts("doc");
}

/** Reads a DOCX: a ZIP whose list of parts names a Word document, and whose document unpacks as it was packed. */
export async function readDocx(path: string): Promise<MediaFacts> {
  try {
    const zip = await openPromise(path, { autoClose: false });
    try {
      await checkParts(zip);
    } finally {
      zip.close();
    }
  } catch (error) {
    throw error instanceof AppError ? error : unreadable("ZIP-based document");
  }
  return mediaFacts("docx");
}

async function checkParts(zip: ZipFile): Promise<void> {
  let types = "";
  let hasDocument = false;
  let unpackedBytes = 0;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== "[Content_Types].xml" && entry.fileName !== "word/document.xml") continue;
    // Judged by what it says of itself: a part that unpacks to more than that is refused by the library.
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > MAX_UNPACKED_BYTES) throw unreadable("DOCX document", "it unpacks to more than 128 MiB");
    if (entry.fileName === "[Content_Types].xml") {
      types = await unpack(zip, { entry, keep: MAX_CONTENT_TYPES });
      continue;
    }
    // Unpacked to nowhere: the library checks sizes and checksum on the way.
    await unpack(zip, { entry, keep: 0 });
    hasDocument = true;
  }
  if (types.includes("ms-word.document.macroEnabled")) throw unsupported("a Word document with macros (DOCM)");
  if (!hasDocument || !types.includes("wordprocessingml.document.main+xml")) {
    throw unsupported("a ZIP archive (application/zip) without a Word document");
  }
}

async function unpack(zip: ZipFile, { entry, keep }: { entry: Entry; keep: number }): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    if (text.length < keep) text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function parseCompound(bytes: Buffer): ReturnType<typeof read> {
  try {
    return read(bytes, { type: "buffer" });
  } catch {
    throw unreadable("DOC document");
  }
}
