import createClient from "openapi-fetch";
import type { paths } from "reelog-api";

/** Mistakes that must not compile: the generated types find each of them. Never run. */
export async function mistakes(): Promise<void> {
  const api = createClient<paths>({ baseUrl: "http://localhost" });
  // @ts-expect-error: there is no such endpoint
  await api.GET("/api/v3/adverts");
  // @ts-expect-error: a kind that is none
  await api.POST("/api/v3/assets/from-url", { body: { name: "a", type: "typeface", url: "https://cdn.example/a" } });
  // @ts-expect-error: the URL is missing
  await api.POST("/api/v3/assets/from-url", { body: { name: "a", type: "image" } });
  // @ts-expect-error: the id is missing
  await api.GET("/api/v3/assets/{id}");
  // @ts-expect-error: a method that the path does not have
  await api.PATCH("/api/v3/jobs/{id}", { params: { path: { id: "1" } } });

  const { data, error } = await api.GET("/api/v3/jobs/{id}", { params: { path: { id: "1" } } });
  // @ts-expect-error: there may be an error, and then no data
  data.data;
  if (error) {
    // @ts-expect-error: a code that is none
    error.meta.code === "teapot";
    return;
  }
  // @ts-expect-error: a status that is none
  data.data.status === "done";
  // @ts-expect-error: there may be no video yet
  data.data.videoUrl.length;
  // @ts-expect-error: a scene has no title
  data.data.scenes[0]?.title;
}
