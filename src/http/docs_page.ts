/** Where the page finds what it needs. */
export interface DocsPageOptions {
  readonly documentPath: string;
  readonly scriptPath: string;
}

/** How the page looks, and what it leaves alone: nothing may come from, or go to, another host. */
const CONFIGURATION = {
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  documentDownloadType: "json",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
} as const;

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23c2410c'/%3E%3Cpath d='M6 4l6 4-6 4z' fill='white'/%3E%3C/svg%3E";

/** The browser's second fence: styles are the script's own, everything else comes from this origin. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Makes the page of `/docs`. The plugin's own would show its script from a CDN, has an inline script, which the policy
 * of this one forbids, and writes the description into an attribute as it is.
 */
export function docsPage({ documentPath, scriptPath }: DocsPageOptions): Response {
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Reelog API</title>
    <link rel="icon" href="${ICON}" />
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <noscript>This page needs JavaScript; <a href="${documentPath}">the document itself</a> does not.</noscript>
    <script id="api-reference" data-url="${documentPath}" data-configuration="${attribute(CONFIGURATION)}"></script>
    <script src="${scriptPath}"></script>
  </body>
</html>
`;
  return new Response(html, {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": POLICY,
      "Referrer-Policy": "no-referrer",
      "Cache-Control": "no-cache",
    },
  });
}

function attribute(value: unknown): string {
  return JSON.stringify(value).replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
