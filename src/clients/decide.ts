import { type DetailsCommand, detailsDecider } from "../event_log/mod.ts";
import { type ClientDetails, clientEvents } from "./events.ts";

/** A command of a client. */
export type ClientCommand = DetailsCommand<ClientDetails>;

/** The decider of a client. */
export const clientDecider = detailsDecider<ClientDetails>("client", clientEvents);
