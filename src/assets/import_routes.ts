import { Elysia } from "elysia";
import { Enveloped, type Http, isForm, nullsAreAbsent, operation, readJson, validator } from "../http/mod.ts";
import { pendingAssetExample } from "./examples.ts";
import { createImports, type Import, type ImportDeps, importFailures } from "./imports.ts";
import { Asset, CreateAssetBody, FromUrl, UploadForm } from "./schema.ts";
import { receiveUpload, type Sender } from "./upload.ts";

const OneAsset = Enveloped(Asset, "The asset.");
const PendingAsset = Enveloped(Asset, "The asset in its current state; the import continues.");
const validateFromUrl = validator(FromUrl);

/** Creates the routes POST `/assets` and `/assets/from-url`: one asset, from a form or from a URL. */
export function importRoutes(deps: ImportDeps & { readonly http: Http }) {
  const { http } = deps;
  const imports = createImports(deps);

  async function fromUpload(request: Request, sender: Sender): Promise<Import> {
    using upload = await receiveUpload(request, { ...deps, ...sender });
    return await imports.fromUpload(request, sender.identity, upload);
  }

  return new Elysia({ normalize: false, tags: ["Assets"] })
    .use(http)
    .post(
      "/from-url",
      async ({ request, identity, body, set, status, server }) => {
        const started = await imports.fromUrl(request, identity, body);
        const { code, body: data } = await imports.answer({ request, set, server }, started);
        return status(code, data);
      },
      {
        body: FromUrl,
        transform: nullsAreAbsent(FromUrl),
        response: { 201: OneAsset, 202: PendingAsset, ...importFailures },
        detail: operation("importAssetFromUrl", "Import an asset from a URL", {
          traits: ["idempotent", "waits", "located"],
          codes: ["not_found"],
          examples: { 202: pendingAssetExample },
        }),
      },
    )
    .post(
      "/",
      async ({ request, identity, accessEnds, set, status, server }) => {
        // An upload may take longer than the server's request timeout; the form has its own.
        if (isForm(request)) server?.timeout(request, 0);
        const started = isForm(request)
          ? await fromUpload(request, { identity, accessEnds })
          : await imports.fromUrl(request, identity, validateFromUrl(await readJson(request, { orForm: true })));
        const { code, body: data } = await imports.answer({ request, set, server }, started);
        return status(code, data);
      },
      {
        body: CreateAssetBody,
        response: { 201: OneAsset, 202: PendingAsset, ...importFailures },
        detail: operation("createAsset", "Upload an asset as a form", {
          description:
            "Also accepts the JSON body of POST `/assets/from-url`, with the same effect. It is not described as a second content type, because client generators would then send files as JSON.",
          traits: ["idempotent", "waits", "located"],
          bodies: { "multipart/form-data": UploadForm },
          codes: ["not_found"],
          examples: { 202: pendingAssetExample },
        }),
      },
    );
}
