/** HTTP: the common parts of every endpoint, from reading a request to describing it in the OpenAPI document. */
export { BytesQuery, SignedQuery } from "./bytes/bytes_query.ts";
export { contentDisposition } from "./bytes/content_disposition.ts";
export { type BytesContext, createSendBytes } from "./bytes/send_bytes.ts";
export type { ServedBytes } from "./bytes/serve_bytes.ts";
export { createDetailsHandlers } from "./details_handlers.ts";
export { type Admitted, type CostlyRequest, createHttp, type Http, type RequestCosts } from "./http.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { docsRoutes } from "./openapi/docs_routes.ts";
export { type ErrorExamples, httpErrorExamples, thrownBy } from "./openapi/http_error_examples.ts";
export { operation } from "./openapi/notes.ts";
export { answerBareCheck, type OperationsDeps, operationsRoutes } from "./operations.ts";
export type { BodyPace } from "./request/body_pace.ts";
export { clientAddress, type Networks, parseNetworks } from "./request/client_address.ts";
export { createCors } from "./request/cors.ts";
export { isForm, MAX_FIELDS } from "./request/form_parser.ts";
export { createHostGuard } from "./request/host_guard.ts";
export { type IdempotencyClaim, idempotencyClaim } from "./request/idempotency_key.ts";
export { createMethodTable, type MethodTable } from "./request/method_table.ts";
export { type MultipartForm, type MultipartOptions, readForm, readMultipart } from "./request/multipart.ts";
export { nullsAreAbsent } from "./request/optional_nulls.ts";
export { PageQuery, pageRequestOf } from "./request/page_request.ts";
export {
  assertModified,
  assertPreconditions,
  isNotModified,
  NotModified,
  preconditionOf,
} from "./request/preconditions.ts";
export { type WaitContext, type WaitLimits, waitLimits } from "./request/prefer.ts";
export { JSON_BODY_CODES, readBytes, readJson } from "./request/read_json.ts";
export { requestContextOf } from "./request/request_context.ts";
export { createRequestGuard, MethodNotAllowed } from "./request/request_guard.ts";
export type { RequestTarget } from "./request/request_target.ts";
export { validator } from "./request/validate.ts";
export { type CachedJson, cachedResponse, etagOf } from "./response/cached_json.ts";
export { Enveloped, envelope, errorEnvelope, failures } from "./response/envelope.ts";
export { answerOf, headersOf, RETRY_SECONDS } from "./response/error_response.ts";
export { HttpError } from "./response/http_error.ts";
export { type LinkTo, linksSameUntil } from "./response/link_to.ts";
export { markReplayed } from "./response/mark_replayed.ts";
export { pageResponse } from "./response/page_response.ts";
export { createResponseCache, type ResponseCache } from "./response/response_cache.ts";
export { type AnswerSet, moveHeaders, takeHeaders } from "./response/response_headers.ts";
export { SECURITY_HEADERS } from "./response/security_headers.ts";
