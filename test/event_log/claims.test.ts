import { createLocalClaims } from "../../src/event_log/work/claims.ts";
import { describeClaims } from "./claims_conformance.ts";

describeClaims("local claims", async () => ({ ...createLocalClaims(), [Symbol.asyncDispose]: async () => {} }));
