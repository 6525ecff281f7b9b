import { createLimits, createQuotas, historyFull, unauthorized } from "../access/mod.ts";
import { importError, typeMismatch } from "../assets/mod.ts";
import { idempotencyKeyReused } from "../event_log/mod.ts";
import { type ErrorExamples, httpErrorExamples, thrownBy } from "../http/mod.ts";
import { usedByJobs, wrongState } from "../jobs/mod.ts";
import { unreadable } from "../media/mod.ts";
import { checkAnswer, checkTarget, classifyError, parseGrants, sourceErrorFor, tooLarge, tooSlow } from "../net/mod.ts";

const ASSET = "019390f0-7c1e-7000-8000-000000000001";
const JOB = "019390f0-7c1e-7000-8000-000000000004";
const HUNDRED_MIB = 100 * 1024 * 1024;

/** Creates the error examples of the documentation with the code that throws these errors. */
export function errorExamples(): ErrorExamples {
  const sourceError = sourceErrorFor("cdn.example");
  return {
    ...httpErrorExamples(),
    unauthorized: unauthorized(null),
    conflict: usedByJobs([JOB]),
    quota_exceeded: quotaExceeded(),
    history_full: historyFull(),
    wrong_state: wrongState("pending", "approve the storyboard"),
    idempotency_key_reused: idempotencyKeyReused(),
    rate_limited: rateLimited(),
    source_not_allowed: thrownBy(() =>
      checkTarget("http://10.0.0.1/bottle.jpg", { grants: parseGrants("*"), sourceError: sourceErrorFor("10.0.0.1") }),
    ),
    asset_too_large: importError(tooLarge({ maxBytes: HUNDRED_MIB, sourceError }), ASSET),
    type_mismatch: importError(typeMismatch("image", { kind: "audio", format: "mp3" }), ASSET),
    media_unreadable: importError(unreadable("image"), ASSET),
    source_unreachable: importError(classifyError(new Error("refused"), { stage: "connecting", sourceError }), ASSET),
    source_error: importError(
      thrownBy(() => checkAnswer({ statusCode: 404, headers: {} }, { maxBytes: HUNDRED_MIB, sourceError })),
      ASSET,
    ),
    source_timeout: importError(tooSlow(60_000, sourceError), ASSET),
  };
}

function quotaExceeded() {
  const quotas = createQuotas({
    settings: {
      importsPerOwner: 0,
      pendingImportsPerOwner: 0,
      storedBytesPerOwner: HUNDRED_MIB,
      maxAssetBytes: HUNDRED_MIB,
      jobsPerOwner: 0,
      streamsPerOwner: 0,
    },
    usage: {
      pendingImports: () => 0,
      storedBytes: () => HUNDRED_MIB + 5120,
      eventBytes: () => 0,
      jobsInFlight: () => 0,
    },
    isOpen: () => false,
  });
  const [limit] = quotas.storageLimits("acme", 5120);
  if (!limit) throw new Error("Cannot make the example: no limit applies");
  return quotas.exceeded(limit, HUNDRED_MIB + 5120);
}

function rateLimited() {
  const limits = createLimits({ requestsPerSecond: 1, authFailuresPerMinute: 0 });
  return thrownBy(() => {
    // The burst is two requests.
    for (let request = 1; request <= 3; request++) limits.countRequest("acme");
  });
}
