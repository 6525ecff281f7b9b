import packageJson from "../../../package.json" with { type: "json" };

/** A file that the page of `/docs` is made of. */
export interface DocsFile {
  readonly path: string;
  /** Where it lies. */
  readonly url: URL;
  readonly contentType: string;
  /** What it is called in the document. */
  readonly operationId: string;
  readonly summary: string;
  /** Whether its address names its version, so that it can be kept for good. */
  readonly version: string | null;
}

const VIEWER_VERSION = packageJson.dependencies["swagger-ui-dist"];
const SCRIPT = "text/javascript; charset=utf-8";
const STYLES = "text/css; charset=utf-8";

/** The viewer as its package ships it, and what starts it and dresses the page around it. */
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

/** Where the page finds a file: `/docs/swagger-ui.js?v=5.35.0` */
export function addressOf({ path, version }: DocsFile): string {
  return version === null ? path : `${path}?v=${version}`;
}

/** The file's answer. */
export function serveDocsFile({ url, contentType, version }: DocsFile): Response {
  return new Response(Bun.file(url), {
    headers: {
      "Content-Type": contentType,
      "Cache-Control": version === null ? "no-cache" : "public, max-age=31536000, immutable",
    },
  });
}
