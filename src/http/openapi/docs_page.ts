import { addressOf, DOCS_FILES } from "./docs_files.ts";

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23c2410c'/%3E%3Cpath d='M6 4l6 4-6 4z' fill='white'/%3E%3C/svg%3E";

/**
 * The content security policy, as a second line of defence: every resource comes from this origin, and no data goes
 * elsewhere.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Creates the page of `/docs`. The plugin's own page would load its viewer from a CDN, has an inline script, which this
 * policy forbids, and writes the description into an attribute without escaping.
 */
export function docsPage(documentPath: string): Response {
  const { viewerScript, viewerStyles, pageScript, pageStyles } = DOCS_FILES;
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Reelog API</title>
    <link rel="icon" href="${ICON}" />
    <link rel="stylesheet" href="${addressOf(viewerStyles)}" />
    <link rel="stylesheet" href="${addressOf(pageStyles)}" />
  </head>
  <body>
    <noscript>This page needs JavaScript; <a href="${documentPath}">the document itself</a> does not.</noscript>
    <div id="docs" data-document="${documentPath}"></div>
    <script src="${addressOf(viewerScript)}"></script>
    <script src="${addressOf(pageScript)}"></script>
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
