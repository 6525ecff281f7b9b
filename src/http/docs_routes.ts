import { swagger } from "@elysiajs/swagger";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import packageJson from "../../package.json" with { type: "json" };
import { docsPage } from "./docs_page.ts";
import { type DocumentOptions, openApiDocument, operation } from "./openapi/mod.ts";

const PAGE = "/docs";
const DOCUMENT = "/docs/json";
const SCRIPT = "/docs/scalar.js";
const SCRIPT_VERSION = packageJson.dependencies["@scalar/api-reference"];
/** The build that a browser takes as it is; the package's door is the module beside its folder. */
const SCRIPT_FILE = new URL("browser/standalone.js", import.meta.resolve("@scalar/api-reference"));

/**
 * `/docs` for people and `/docs/json` for programs: the OpenAPI document of all routes of the app that uses this, and a
 * page that shows it, with its script served from here.
 */
export function docsRoutes({ publicUrl }: Pick<DocumentOptions, "publicUrl">) {
  const { version } = packageJson;
  // The routes are all there before the first request, and stay as they are.
  let document: ReturnType<typeof openApiDocument> | undefined;

  return new Elysia({ name: "reelog.docs", normalize: false, tags: ["Documentation"] })
    .onAfterHandle(({ route, responseValue, set }) => {
      if (route === PAGE) return docsPage({ documentPath: DOCUMENT, scriptPath: `${SCRIPT}?v=${SCRIPT_VERSION}` });
      if (route !== DOCUMENT) return responseValue;
      set.headers["cache-control"] = "no-cache";
      document ??= openApiDocument(responseValue, { version, publicUrl });
      return document;
    })
    .use(
      swagger({
        path: PAGE,
        specPath: DOCUMENT,
        scalarCDN: SCRIPT,
        excludeStaticFile: false,
        documentation: { paths: OWN_PATHS },
      }),
    )
    .get(
      SCRIPT,
      () =>
        new Response(Bun.file(SCRIPT_FILE), {
          headers: {
            "Content-Type": "text/javascript; charset=utf-8",
            "Cache-Control": "public, max-age=31536000, immutable",
          },
        }),
      {
        detail: operation("getDocsScript", "The script of the page", {
          answers: {
            200: { description: "The script.", content: { "text/javascript": Type.String() }, example: "/* … */" },
          },
        }),
      },
    );
}

/** The plugin hides its own routes. */
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
