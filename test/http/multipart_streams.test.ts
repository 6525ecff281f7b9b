import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readMultipart } from "../../src/http/request/multipart.ts";
import { B, END, FORM, field, file, MAX_FILE_BYTES, serveForms } from "./forms.ts";
import { head, serve } from "./server.ts";

let forms: Awaited<ReturnType<typeof serveForms>>;
beforeAll(async () => {
  forms = await serveForms();
});
afterAll(() => forms[Symbol.asyncDispose]());

describe("a form whose sender", () => {
  const begin = head("POST /", { "Content-Type": FORM, "Content-Length": "1000000" });

  test.each([
    ["met by the form", () => undefined],
    ["met by the store", (request: Request) => request.signal],
  ])("goes away in the middle of the file leaves nothing: %s", async (_how, signalOf) => {
    const failed = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<void>();
    using own = serve(async (request) => {
      await readMultipart(request, {
        maxFileBytes: MAX_FILE_BYTES,
        onFile: ({ stream }) => {
          started.resolve();
          return forms.blobs.write(stream, { maxBytes: MAX_FILE_BYTES, signal: signalOf(request) });
        },
      }).catch(failed.resolve);
      return new Response();
    });
    const socket = own.connect();
    socket.write(
      `${begin}--${B}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${"x".repeat(300_000)}`,
    );
    await started.promise;
    socket.destroy();
    expect(await failed.promise).toMatchObject({ code: "bad_request" });
    expect(await forms.blobs.cleanTemporary()).toBe(0);
  });

  test("goes on too long is given up with the caller's reason", async () => {
    const failed = Promise.withResolvers<unknown>();
    using own = serve(async (request) => {
      await readMultipart(request, {
        maxFileBytes: MAX_FILE_BYTES,
        signal: AbortSignal.timeout(100),
        onFile: ({ stream }) => forms.blobs.write(stream, { maxBytes: MAX_FILE_BYTES }),
      }).catch(failed.resolve);
      return new Response();
    });
    const socket = own.connect();
    socket.write(
      `${begin}--${B}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${"x".repeat(1000)}`,
    );
    expect(await failed.promise).toMatchObject({ name: "TimeoutError" });
    socket.destroy();
    expect(await forms.blobs.cleanTemporary()).toBe(0);
  });
});

describe("whoever takes the file", () => {
  const request = () =>
    new Request("http://localhost/", {
      method: "POST",
      headers: { "Content-Type": FORM },
      body: file("x".repeat(500_000)) + field("name", "n") + END,
    });

  test("may take only a part of it", async () => {
    const form = await readMultipart(request(), {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async ({ stream }) => {
        for await (const _chunk of stream) break;
        return { [Symbol.dispose]() {} };
      },
    });
    expect(form.fields.name).toEqual(["n"]);
  });

  test("may take none of it", async () => {
    const form = await readMultipart(request(), {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async () => ({ [Symbol.dispose]() {} }),
    });
    expect(form.fields.name).toEqual(["n"]);
  });

  test("decides with its own error what the sender is told", async () => {
    const reading = readMultipart(request(), {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async () => {
        throw new Error("disk on fire");
      },
    });
    await expect(reading).rejects.toThrow("disk on fire");
  });

  test("has its result disposed when the rest of the form is bad", async () => {
    let disposed = 0;
    const cut = new Request("http://localhost/", {
      method: "POST",
      headers: { "Content-Type": FORM },
      body: file("abc") + field("name", "n"),
    });
    const reading = readMultipart(cut, {
      maxFileBytes: MAX_FILE_BYTES,
      onFile: async ({ stream }) => {
        for await (const _chunk of stream);
        return { [Symbol.dispose]: () => void disposed++ };
      },
    });
    await expect(reading).rejects.toMatchObject({ code: "bad_request" });
    expect(disposed).toBe(1);
  });
});
