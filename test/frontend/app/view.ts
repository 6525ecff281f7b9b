import { type Asset, api, base, dataOf, type Scene } from "./api.ts";

/** The element of the page with this id. @throws {Error} when the page has none of this kind */
export function element<Kind extends HTMLElement>(id: string, kind: { new (): Kind; readonly name: string }): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} ${id}`);
  return found;
}

/** Makes an element; what people wrote comes in as text and never as HTML. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Asset URLs are paths of the API's origin, not of this page's. */
export function absolute(path: string): string {
  return new URL(path, base).href;
}

function picture(asset: Asset | undefined): Node {
  if (!asset?.thumbnailUrl) return make("div", { className: "blank" });
  return make("img", { src: absolute(asset.thumbnailUrl), alt: asset.name });
}

/** The card of an asset. */
export function assetCard(asset: Asset): HTMLElement {
  const facts = [
    asset.format,
    asset.width && `${asset.width} × ${asset.height}`,
    asset.duration && `${asset.duration} s`,
  ];
  const about = asset.error?.message ?? (facts.filter(Boolean).join(" · ") || asset.status);
  const card = make("li", {}, picture(asset), make("strong", { textContent: asset.name }));
  card.append(make("p", { className: "muted", textContent: about }));
  card.dataset.status = asset.status;
  return card;
}

const known = new Map<string, Promise<Asset>>();

/** An asset; what is ready does not change, so it is asked for once. */
function assetOf(id: string): Promise<Asset> {
  const found = known.get(id) ?? dataOf(api.assets({ id }).get());
  known.set(id, found);
  return found;
}

/** An asset may have been deleted since: its scene then has no picture. */
function leaveBlank(): void {}

/** The actions on a scene. */
export interface SceneActions {
  save(scene: Scene, script: string): void;
  regenerate(scene: Scene): void;
}

/** The card of a scene; its thumbnail comes with its first asset. */
export function sceneCard(scene: Scene, { save, regenerate }: SceneActions, isOpen: boolean): HTMLElement {
  const image = make("div", { className: "blank" });
  const [first] = scene.assets;
  if (first !== undefined) void assetOf(first).then((asset) => image.replaceWith(picture(asset)), leaveBlank);
  const script = make("textarea", { value: scene.script, rows: 3, ariaLabel: `Script of scene ${scene.sceneNumber}` });
  script.disabled = !isOpen;
  const title = `${scene.sceneNumber} · ${scene.shotType} · ${scene.duration} s`;
  const card = make(
    "li",
    {},
    image,
    make("strong", { textContent: title }),
    make("p", { className: "muted", textContent: scene.description }),
    script,
    make(
      "div",
      {},
      make("button", {
        className: "quiet",
        textContent: "Save",
        disabled: !isOpen,
        onclick: () => save(scene, script.value),
      }),
      make("button", {
        className: "quiet",
        textContent: "Another",
        disabled: !isOpen,
        onclick: () => regenerate(scene),
      }),
    ),
  );
  card.dataset.scene = String(scene.sceneNumber);
  return card;
}
