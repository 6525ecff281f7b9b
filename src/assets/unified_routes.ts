import { Elysia } from "elysia";
import { Enveloped, type Http, isForm, operation } from "../http/mod.ts";
import { pendingAssetExample } from "./examples.ts";
import { createImports, type Import, type ImportDeps, importFailures } from "./imports.ts";
import { Asset, UnifiedBody, UnifiedForm } from "./schema.ts";
import { readUnified } from "./unified.ts";
import type { Sender } from "./upload.ts";

/** Creates the route POST `/assets/unified`, for frontends of the old backend. POST `/assets` does the same. */
export function unifiedRoutes(deps: ImportDeps & { readonly http: Http }) {
  const { http } = deps;
  const imports = createImports(deps);

  async function start(request: Request, sender: Sender): Promise<Import> {
    const { identity } = sender;
    const asked = await readUnified(request, { ...deps, ...sender });
    if (!asked.upload) return await imports.fromUrl(request, identity, asked.fromUrl);
    using upload = asked.upload;
    return await imports.fromUpload(request, identity, upload);
  }

  return new Elysia({ normalize: false, tags: ["Assets"] }).use(http).post(
    "/unified",
    async ({ request, identity, accessEnds, set, status, server }) => {
      // An upload may take longer than the server's request timeout; the form has its own.
      if (isForm(request)) server?.timeout(request, 0);
      const started = await start(request, { identity, accessEnds });
      const { code, body } = await imports.answer({ request, set, server }, started);
      return status(code, body);
    },
    {
      body: UnifiedBody,
      response: {
        201: Enveloped(Asset, "The asset."),
        202: Enveloped(Asset, "The asset in its current state; the import continues."),
        ...importFailures,
      },
      detail: {
        ...operation("createUnifiedAsset", "Upload or import an asset as the old backend did", {
          description:
            "For frontends of the old backend; new ones use POST `/assets`. `uploadType` `url` needs `sourceUrl`, `name` and `type`; `file` needs a form with a file. JSON and URL-encoded forms with the same fields are accepted as well. `generateThumbnail` is ignored: thumbnails are always made.",
          traits: ["idempotent", "waits", "located"],
          bodies: { "multipart/form-data": UnifiedForm },
          codes: ["not_found"],
          examples: { 202: pendingAssetExample },
        }),
        deprecated: true,
      },
    },
  );
}
