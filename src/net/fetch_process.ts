/**
 * The fetch process: the only place where the answers of strangers' servers are parsed. Started by a
 * {@linkcode Fetcher}.
 *
 * @module
 */
import { serveFetches } from "./serve_fetches.ts";

serveFetches();
