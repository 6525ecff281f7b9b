import packageJson from "../../../package.json" with { type: "json" };

/** A file of the page at `/docs`. */
export interface DocsFile {
  readonly path: string;
  /** The file on disk. */
  readonly url: URL;
  readonly contentType: string;
  /** Its operation in the document. */
  readonly operationId: string;
  readonly summary: string;
  /** The version in its address, which lets caches keep it for ever; null without one. */
  readonly version: string | null;
}

const VIEWER_VERSION = packageJson.dependencies["swagger-ui-dist"];
const SCRIPT = "text/javascript; charset=utf-8";
const STYLES = "text/css; charset=utf-8";

/** The viewer as its package ships it, with the script that starts it and the styles of the page. */
export const DOCS_FILES = {
  viewerScript: {
    path: "/docs/swagger-ui.js",
    url: new URL(import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js")),
    contentType: SCRIPT,
    operationId: "getDocsViewer",
    summary: "The viewer of the page",
    version: VIEWER_VERSION,
  },
  viewerStyles: {
    path: "/docs/swagger-ui.css",
    url: new URL(import.meta.resolve("swagger-ui-dist/swagger-ui.css")),
    contentType: STYLES,
    operationId: "getDocsViewerStyles",
    summary: "The viewer's styles",
    version: VIEWER_VERSION,
  },
  pageScript: {
    path: "/docs/page.js",
    url: new URL("docs_page.js", import.meta.url),
    contentType: SCRIPT,
    operationId: "getDocsScript",
    summary: "The script of the page",
    version: null,
  },
  pageStyles: {
    path: "/docs/page.css",
    url: new URL("docs_page.css", import.meta.url),
    contentType: STYLES,
    operationId: "getDocsStyles",
    summary: "The styles of the page",
    version: null,
  },
} as const satisfies Record<string, DocsFile>;

/** Returns the address of a file: `/docs/swagger-ui.js?v=5.35.0` */
export function addressOf({ path, version }: DocsFile): string {
  return version === null ? path : `${path}?v=${version}`;
}

/** Returns the response with a file. */
export function serveDocsFile({ url, contentType, version }: DocsFile): Response {
  return new Response(Bun.file(url), {
    headers: {
      "Content-Type": contentType,
      "Cache-Control": version === null ? "no-cache" : "public, max-age=31536000, immutable",
    },
  });
}
