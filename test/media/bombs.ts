import { crc32, createDeflate, deflateSync } from "node:zlib";

/** A PNG of one grey, of any size, in next to no bytes: a pixel flood. */
export async function flatPng(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return new Uint8Array(
    Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      chunk("IHDR", header),
      chunk("IDAT", await zeros((width + 1) * height)),
      chunk("IEND", Buffer.alloc(0)),
    ]),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

async function zeros(length: number): Promise<Buffer> {
  const block = Buffer.alloc(1024 * 1024);
  if (length <= block.length) return deflateSync(block.subarray(0, length));
  const deflate = createDeflate({ level: 1 });
  const done = new Response(
    new ReadableStream({
      start(controller) {
        deflate.on("data", (data) => controller.enqueue(new Uint8Array(data)));
        deflate.on("end", () => controller.close());
      },
    }),
  ).bytes();
  for (let left = length; left > 0; left -= block.length) {
    if (!deflate.write(block.subarray(0, Math.min(left, block.length)))) {
      await new Promise((resolve) => deflate.once("drain", resolve));
    }
  }
  deflate.end();
  return Buffer.from(await done);
}

/** A few kilobytes of SVG whose masks mask masks: what they cost to draw doubles with each of them. */
export function masksInMasks(depth = 40): string {
  const size = `x="0" y="0" width="1" height="1"`;
  const masks = Array.from({ length: depth }, (_, i) => {
    const mask = i === 0 ? "" : ` mask="url(#m${i - 1})"`;
    return `<mask id="m${i}" ${size}>${`<rect width="900" height="900" fill="#fff"${mask}/>`.repeat(2)}</mask>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="900">`;
  return `${svg}${masks.join("")}<rect width="900" height="900" mask="url(#m${depth - 1})"/></svg>`;
}
