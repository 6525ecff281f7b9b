/** A program for the voice `command`: it reads a text and writes a WAV, or does what its first argument names. */
import { tones } from "./tones.ts";

const [mode = "speak", speed = "1"] = process.argv.slice(2);
const text = await Bun.stdin.text();
switch (mode) {
  case "hang":
    // A child that outlives its parent and holds the output open.
    Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1000)"], { stdio: ["ignore", "inherit", "inherit"] });
    setInterval(() => {}, 1000);
    break;
  case "flood": {
    const piece = new Uint8Array(1024 ** 2);
    for (;;) if ((await Bun.stdout.write(piece)) === 0) break;
    break;
  }
  case "fail":
    process.exit(3);
    break;
  case "garbage":
    await Bun.stdout.write("this is no sound");
    break;
  case "half":
    await Bun.stdout.write(tones(text).wav.slice(0, 4_000));
    break;
  case "environment":
    await Bun.stdout.write(tones(Object.keys(process.env).join(" ")).wav);
    break;
  default:
    await Bun.stdout.write(tones(text, Number(speed)).wav);
}
