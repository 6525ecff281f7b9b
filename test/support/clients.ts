import { type Static, Type } from "@sinclair/typebox";
import { Campaign } from "../../src/campaigns/schema.ts";
import { Client } from "../../src/clients/schema.ts";
import { type Answer, checked } from "./answer.ts";
import type { Api } from "./test_server.ts";

/** The client of an answer, checked against the schema of the API. */
export function readClient({ data }: Pick<Answer, "data">): Static<typeof Client> {
  return checked(Client, data);
}

/** The campaign of an answer, checked against the schema of the API. */
export function readCampaign({ data }: Pick<Answer, "data">): Static<typeof Campaign> {
  return checked(Campaign, data);
}

/** Makes a client and answers its id. */
export async function newClient(api: Api, name = "Acme Outdoor"): Promise<string> {
  return readClient(await api("POST", "/clients", { name })).id;
}

/** Makes a campaign of a client and answers its id. */
export async function newCampaign(api: Api, clientId: string, fields: object = {}): Promise<string> {
  return readCampaign(await api("POST", "/campaigns", { clientId, name: "Summer launch", ...fields })).id;
}

/** Imports a picture into a place and answers its id. */
export async function newAsset(api: Api, url: string, place: object): Promise<string> {
  const answer = await api("POST", "/assets/from-url", { name: "photo", type: "image", url, ...place });
  return checked(AssetId, answer.data).id;
}

const AssetId = Type.Object({ id: Type.String() });
