import { Agent, request } from "node:http";
import { buffer } from "node:stream/consumers";

/** A client that sends all of its requests over one connection. */
export interface OneConnection extends Disposable {
  ask(method: string, path: string, body?: string | Buffer, headers?: Record<string, string>): Promise<Response>;
}

/** Connects to a server with the first request; a server without descriptors accepts no other connection. */
export function oneConnection(url: string): OneConnection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    ask(method, path, body, headers = {}) {
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const sent = request(new URL(path, url), { agent, method, headers: { ...headers, ...length } }, (answer) => {
        const fields = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)]);
        const { statusCode: status = 0 } = answer;
        buffer(answer).then((bytes) => resolve(new Response(bytes, { status, headers: fields })), reject);
      });
      sent.on("error", reject).end(body);
      return promise;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}
