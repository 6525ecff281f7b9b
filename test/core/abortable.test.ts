import { describe, expect, test } from "bun:test";
import { abortable } from "../../src/core/abortable.ts";

const never = new Promise<never>(() => {});
const gone = new Error("gone");

describe("who waits for a promise or a signal", () => {
  test("gets what the promise comes to while the signal is silent, or when there is none", async () => {
    const { signal } = new AbortController();
    expect(await abortable(Promise.resolve(1), signal)).toBe(1);
    expect(await abortable(Promise.resolve(2), undefined)).toBe(2);
    await expect(abortable(Promise.reject(gone), signal)).rejects.toBe(gone);
  });

  test("gets the signal's reason as soon as it aborts", async () => {
    const controller = new AbortController();
    const waiting = abortable(never, controller.signal);
    controller.abort(gone);
    await expect(waiting).rejects.toBe(gone);
  });

  test("gets the reason of a signal that had aborted before, whatever the promise came to", async () => {
    const signal = AbortSignal.abort(gone);
    await expect(abortable(Promise.resolve(1), signal)).rejects.toBe(gone);
    await expect(abortable(Promise.reject(new Error("late")), signal)).rejects.toBe(gone);
    await expect(abortable(never, signal)).rejects.toBe(gone);
  });
});
