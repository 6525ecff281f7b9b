import { type Asset, api, dataOf, type Job, upload } from "./api.ts";
import { absolute, assetCard, element, make, sceneCard } from "./view.ts";
import { watchJob } from "./watch.ts";

const problem = element("problem", HTMLParagraphElement);
let assets: Asset[] = [];
let clientId: string | null = null;
let shown: Job | null = null;
/** Ends the stream of the job before: each holds one of the six connections that a browser has to an origin. */
let stopWatching: (() => void) | null = null;
/** The same until the brief has become a job or is changed: sending it again after a lost answer makes no second job. */
let briefKey: string | null = null;

/** Does something that may fail, and shows the server's sentence when it does. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  problem.hidden = true;
  try {
    await work();
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
  }
}

async function showAssets(): Promise<void> {
  assets = await dataOf(api.assets.get({ query: { status: "all", limit: 50 } }));
  element("assets", HTMLUListElement).replaceChildren(...assets.map(assetCard));
}

function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? "");
}

const KINDS = ["image", "video", "audio", "document", "font"] as const;

onSubmit("import", async (form) => {
  const url = textOf(form, "url");
  const type = KINDS.find((kind) => kind === textOf(form, "type")) ?? "image";
  const name = decodeURIComponent(new URL(url).pathname.split("/").at(-1) || url);
  try {
    await dataOf(api.assets["from-url"].post({ name, type, url }));
  } finally {
    // A failed import stays, with its reason.
    await showAssets();
  }
});

element("file", HTMLInputElement).onchange = ({ target }) => {
  const file = target instanceof HTMLInputElement ? target.files?.[0] : undefined;
  if (!file) return;
  const sent = element("sent", HTMLProgressElement);
  sent.hidden = false;
  void attempt(() => upload(file, (fraction) => (sent.value = fraction)).then(showAssets));
};

element("brief", HTMLFormElement).oninput = () => {
  briefKey = null;
};
onSubmit("brief", async (form) => {
  clientId ??= (await dataOf(api.clients.post({ name: textOf(form, "product") }))).id;
  briefKey ??= crypto.randomUUID();
  const used = assets.filter(({ status, type }) => status === "ready" && type !== "document" && type !== "font");
  const job = await dataOf(
    api.jobs.post(
      {
        context: { clientId },
        adBasics: {
          product: textOf(form, "product"),
          targetAudience: textOf(form, "targetAudience"),
          keyMessage: textOf(form, "keyMessage"),
          callToAction: textOf(form, "callToAction"),
        },
        creative: {
          videoSpecs: { duration: Number(textOf(form, "duration")), resolution: "480p" },
          direction: { style: textOf(form, "style") },
          assets: used.map(({ id }) => ({ assetId: id })),
        },
      },
      { headers: { "idempotency-key": briefKey } },
    ),
  );
  briefKey = null;
  element("job", HTMLElement).hidden = false;
  element("events", HTMLOListElement).replaceChildren();
  element("video", HTMLDivElement).replaceChildren();
  stopWatching?.();
  stopWatching = watchJob(job.id, {
    onJob: showJob,
    onEvent: (sentence) => element("events", HTMLOListElement).append(make("li", { textContent: sentence })),
  });
});

function showJob(job: Job): void {
  const isOpen = job.status === "storyboard_ready";
  element("status", HTMLElement).textContent = job.error?.message ?? job.status.replaceAll("_", " ");
  element("progress", HTMLProgressElement).value = job.progress.percentage;
  element("approve", HTMLButtonElement).disabled = !job.allowedActions.includes("approve");
  // Drawn again only when something of it changed, so that nobody's typing is lost to a progress event.
  if (JSON.stringify(shown?.scenes) !== JSON.stringify(job.scenes) || shown?.status !== job.status) {
    const cards = job.scenes.map((scene) => sceneCard(scene, sceneActions, isOpen));
    element("scenes", HTMLOListElement).replaceChildren(...cards);
  }
  shown = job;
  const screen = element("video", HTMLDivElement);
  if (!job.videoUrl || screen.childElementCount > 0) return;
  // Its captions are in the picture.
  screen.append(make("video", { src: absolute(job.videoUrl), controls: true }));
}

const sceneActions = {
  save: ({ jobId, id }: Job["scenes"][number], script: string) =>
    void attempt(() => dataOf(api.jobs({ id: jobId }).scenes({ scene: id }).put({ script }))),
  regenerate: ({ jobId, id }: Job["scenes"][number]) =>
    void attempt(() => dataOf(api.jobs({ id: jobId }).scenes({ scene: id }).regenerate.post({}))),
};

element("approve", HTMLButtonElement).onclick = () => {
  if (!shown) return;
  const { id, version } = shown;
  // Nobody approves what they have not seen: what changed meanwhile is refused with 412.
  const headers = { "if-match": `"${version}"` };
  void attempt(() => dataOf(api.jobs({ id }).actions.post({ action: "approve" }, { headers })));
};

function onSubmit(id: string, work: (form: FormData) => Promise<void>): void {
  const form = element(id, HTMLFormElement);
  form.onsubmit = (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    void attempt(() => work(new FormData(form))).finally(() => {
      for (const button of buttons) button.disabled = false;
    });
  };
}

void attempt(showAssets);
