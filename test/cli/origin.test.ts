import { describe, expect, test } from "bun:test";
import { spawnReelog } from "../support/command_line.ts";
import { temporaryDirectory } from "../support/test_server.ts";

describe("reelog origin", () => {
  test("serves the media at the address that it says, and refuses a port that another process has", async () => {
    const directory = await temporaryDirectory();
    await using first = spawnReelog(directory, "origin", "--port", "0");
    const said = new TextDecoder().decode((await first.stdout.getReader().read()).value);
    const [, url = "", port = ""] = /(http:\/\/127\.0\.0\.1:(\d+))/.exec(said) ?? [];
    expect((await fetch(`${url}/lantern.jpg`)).headers.get("content-type")).toBe("image/jpeg");
    expect((await fetch(`${url}/nothing.jpg`)).status).toBe(404);

    await using second = spawnReelog(directory, "origin", "--port", port);
    expect(await second.exited).toBe(1);
    expect(await new Response(second.stderr).text()).toBe(
      `Cannot serve media: port ${port} is in use or not permitted\n`,
    );
  });
});
