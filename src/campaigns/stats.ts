import { type Static, Type } from "@sinclair/typebox";
import type { ClientOrCampaign } from "../core/client_scope.ts";

const Count = Type.Integer({ minimum: 0 });

/** The totals of a client or campaign. */
export const Stats = Type.Object(
  {
    assets: Type.Object(
      {
        total: Type.Integer({ minimum: 0, description: "All that are not deleted, in any status." }),
        bytes: Type.Integer({ minimum: 0, description: "The bytes of their contents, without thumbnails." }),
        byType: Type.Object(
          { image: Count, video: Count, audio: Count, document: Count, font: Count },
          { description: "Assets of known type; a failed upload may have none and counts in `total` only." },
        ),
      },
      { title: "AssetTotals" },
    ),
    jobs: Type.Object({
      total: Count,
      byStatus: Type.Record(Type.String(), Count, { description: "A status without jobs is absent." }),
    }),
    videos: Type.Integer({ minimum: 0, description: "Rendered videos." }),
    cost: Type.Number({ minimum: 0, description: "US dollars spent, of all jobs." }),
  },
  { title: "Stats", additionalProperties: false },
);

/** The totals of jobs. */
export interface JobTotals {
  readonly total: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly videos: number;
  /** US dollars. */
  readonly cost: number;
}

/** The sources of the totals. */
export interface StatsDeps {
  readonly assetTotals: (owner: string, where: ClientOrCampaign) => Static<typeof Stats>["assets"];
  readonly jobTotals: (owner: string, where: ClientOrCampaign) => JobTotals;
}

/** Returns the totals of a client or campaign. */
export function statsOf(
  { assetTotals, jobTotals }: StatsDeps,
  owner: string,
  where: ClientOrCampaign,
): Static<typeof Stats> {
  const { total, byStatus, videos, cost } = jobTotals(owner, where);
  return { assets: assetTotals(owner, where), jobs: { total, byStatus }, videos, cost };
}
