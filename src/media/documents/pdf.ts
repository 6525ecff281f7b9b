import { getDocumentProxy } from "unpdf";
import { type MediaFacts, mediaFacts } from "../facts.ts";
import { ByteFile } from "../files/byte_file.ts";
import { refusalOf, unreadable } from "../media_errors.ts";

/** The size of the tail that must hold the end mark: some programs append a little after it. */
const TAIL_BYTES = 8 * 1024;

/**
 * Reads a PDF: its number of pages, as pdf.js counts them without running anything in the file.
 *
 * A PDF with a password is valid and has an unknown number of pages.
 */
export async function readPdf(path: string): Promise<MediaFacts> {
  // pdf.js would rebuild a cut file from the objects that are left.
  using file = new ByteFile(path);
  if (!file.read(-TAIL_BYTES, TAIL_BYTES).includes("%%EOF"))
    throw unreadable("PDF", "it has no end mark; it may be truncated");
  try {
    const document = await getDocumentProxy(await Bun.file(path).bytes(), {
      enableXfa: false,
      disableFontFace: true,
      verbosity: 0,
    });
    const pageCount = document.numPages;
    await document.loadingTask.destroy();
    return mediaFacts("pdf", { pageCount });
  } catch (error) {
    if (error instanceof Error && error.name === "PasswordException") return mediaFacts("pdf");
    throw refusalOf(error, "PDF");
  }
}
