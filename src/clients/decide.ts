import { type DetailsCommand, type DetailsCommands, type DetailsKind, detailsDecider } from "../event_log/mod.ts";
import { type ClientDetails, clientEvents, clientStream } from "./events.ts";

/** A command of a client. */
export type ClientCommand = DetailsCommand<ClientDetails>;

/** The commands of users on clients. */
export type ClientCommands = DetailsCommands<ClientDetails>;

/** The decider of a client. */
export const clientDecider = detailsDecider<ClientDetails>("client", clientEvents);

/** Clients, as a resource that has only details. */
export const clientKind: DetailsKind<ClientDetails> = {
  noun: "client",
  decider: clientDecider,
  streamOf: clientStream,
};
