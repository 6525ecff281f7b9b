import { type Static, Type } from "@sinclair/typebox";
import type { ClientOrCampaign } from "../core/client_scope.ts";

const Count = Type.Integer({ minimum: 0 });

/** What a client or campaign adds up to. */
export const Stats = Type.Object(
  {
    assets: Type.Object({
      total: Type.Integer({ minimum: 0, description: "All that are not deleted, whatever their status." }),
      bytes: Type.Integer({ minimum: 0, description: "Of their contents, without thumbnails." }),
      byType: Type.Object(
        { image: Count, video: Count, audio: Count, document: Count },
        { description: "Those whose type is known; an upload that failed may have none, and counts in `total` only." },
      ),
    }),
    jobs: Type.Object({
      total: Count,
      byStatus: Type.Record(Type.String(), Count, { description: "Absent is none." }),
    }),
    videos: Type.Integer({ minimum: 0, description: "Rendered ones." }),
    cost: Type.Number({ minimum: 0, description: "US dollars spent, of all jobs." }),
  },
  { additionalProperties: false },
);

/** Jobs in numbers, as their slice knows them. */
export interface JobTotals {
  readonly total: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly videos: number;
  /** US dollars. */
  readonly cost: number;
}

/** Who knows the numbers; all answers are of the named owner. */
export interface StatsDeps {
  readonly assetTotals: (owner: string, where: ClientOrCampaign) => Static<typeof Stats>["assets"];
  readonly jobTotals: (owner: string, where: ClientOrCampaign) => JobTotals;
}

/** The numbers of a client or campaign. */
export function statsOf(
  { assetTotals, jobTotals }: StatsDeps,
  owner: string,
  where: ClientOrCampaign,
): Static<typeof Stats> {
  const { total, byStatus, videos, cost } = jobTotals(owner, where);
  return { assets: assetTotals(owner, where), jobs: { total, byStatus }, videos, cost };
}
