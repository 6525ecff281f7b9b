import { connect } from "./client.ts";

/** Mistakes that must not compile: the types of the server's routes find each of them. Never run. */
export async function mistakes(): Promise<void> {
  const api = connect("http://localhost");
  // @ts-expect-error: there is no such endpoint
  api.adverts;
  // @ts-expect-error: a kind that is none
  await api.assets["from-url"].post({ name: "a", type: "typeface", url: "https://cdn.example/a" });
  // @ts-expect-error: the URL is missing
  await api.assets["from-url"].post({ name: "a", type: "image" });
  // @ts-expect-error: an upload is a file or a URL
  await api.assets.post({ tags: ["a"] });
  // @ts-expect-error: an action that is none
  await api.jobs({ id: "1" }).actions.post({ action: "aprove" });
  // @ts-expect-error: a limit is a number
  await api.assets.get({ query: { limit: "many" } });

  const { data, error } = await api.jobs({ id: "1" }).get();
  // @ts-expect-error: there may be an error, and then no data
  data.data;
  if (error) {
    // @ts-expect-error: reading a job is never 418
    error.status === 418;
    return;
  }
  // @ts-expect-error: a status that is none
  data.data.status === "done";
  // @ts-expect-error: there may be no video yet
  data.data.videoUrl.length;
  // @ts-expect-error: a scene has no title
  data.data.scenes[0]?.title;
}
