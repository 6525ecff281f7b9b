import { swagger } from "@elysiajs/swagger";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import packageJson from "../../../package.json" with { type: "json" };
import { takeHeaders } from "../response/response_headers.ts";
import { DOCS_FILES, serveDocsFile } from "./docs_files.ts";
import { docsPage } from "./docs_page.ts";
import { type DocumentOptions, openApiDocument } from "./document.ts";
import type { ErrorExamples } from "./http_error_examples.ts";
import { operation } from "./notes.ts";

const PAGE = "/docs";
const DOCUMENT = "/docs/json";

/** The parts of the documentation that other folders provide. */
export interface DocsRoutesDeps extends Pick<DocumentOptions, "publicUrl"> {
  readonly errorExamples: () => ErrorExamples;
}

/**
 * Creates the routes `/docs` for people and `/docs/json` for programs: the OpenAPI document of all routes of the app,
 * and a page that shows it, with all of its files served locally.
 */
export function docsRoutes({ publicUrl, errorExamples }: DocsRoutesDeps) {
  const { version } = packageJson;
  // All routes exist before the first request, and do not change. The document needs no key.
  let document: string | undefined;

  const routes = new Elysia({ name: "reelog.docs", normalize: false, tags: ["Documentation"] })
    .onAfterHandle(({ route, responseValue, set }) => {
      if (route === PAGE) return docsPage(DOCUMENT);
      if (route !== DOCUMENT) return responseValue;
      document ??= JSON.stringify(
        openApiDocument(responseValue, { version, publicUrl, errorExamples: errorExamples() }),
      );
      const headers = { ...takeHeaders(set), "cache-control": "no-cache", "content-type": "application/json" };
      return new Response(document, { headers });
    })
    .use(
      swagger({
        provider: "swagger-ui",
        path: PAGE,
        specPath: DOCUMENT,
        excludeStaticFile: false,
        documentation: { paths: OWN_PATHS },
      }),
    );
  for (const file of Object.values(DOCS_FILES)) {
    const [type = ""] = file.contentType.split(";");
    routes.get(file.path, () => serveDocsFile(file), {
      detail: operation(file.operationId, file.summary, {
        answers: { 200: { description: "The file.", content: { [type]: Type.String() }, example: "/* … */" } },
      }),
    });
  }
  return routes;
}

/** The paths of the documentation, because the plugin hides its own routes. */
const OWN_PATHS = {
  [PAGE]: {
    get: {
      tags: ["Documentation"],
      responses: {},
      ...operation("getDocsPage", "This documentation as a page", {
        answers: {
          200: { description: "The page.", content: { "text/html": Type.String() }, example: "<!doctype html>" },
        },
      }),
    },
  },
  [DOCUMENT]: {
    get: {
      tags: ["Documentation"],
      responses: {},
      ...operation("getOpenApiDocument", "This documentation as an OpenAPI document", {
        answers: {
          200: {
            description: "OpenAPI 3.0.3.",
            content: {
              "application/json": Type.Object({
                openapi: Type.String(),
                info: Type.Object({ title: Type.String(), version: Type.String() }),
                paths: Type.Record(Type.String(), Type.Unknown()),
              }),
            },
            example: { openapi: "3.0.3", info: { title: "Reelog", version: packageJson.version }, paths: {} },
          },
        },
      }),
    },
  },
};
