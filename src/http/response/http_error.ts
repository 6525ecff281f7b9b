import { AppError, type ErrorCode, type ErrorDetails } from "../../core/errors.ts";

/** An error whose response must carry headers, such as `WWW-Authenticate` or `Retry-After`. */
export class HttpError extends AppError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    message: string,
    { headers, details }: { readonly headers: Readonly<Record<string, string>>; readonly details?: ErrorDetails },
  ) {
    super(code, message, details);
    this.headers = headers;
  }
}
