import { AppError, type ErrorCode } from "../../core/errors.ts";

/** An error whose answer must carry headers, such as `WWW-Authenticate` or `Retry-After`. */
export class HttpError extends AppError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>>) {
    super(code, message);
    this.headers = headers;
  }
}
