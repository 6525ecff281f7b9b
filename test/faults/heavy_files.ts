import { drawnFilm, workRoom } from "../media/animatic/footage.ts";

/** A film of ten black seconds, each time with a content of its own. */
export async function filmOfBlack(): Promise<Uint8Array<ArrayBuffer>> {
  const room = await workRoom();
  const path = await drawnFilm(room.path("black.mp4"), {
    size: { width: 1280, height: 720 },
    frames: 240,
    draw(context) {
      context.fillStyle = "black";
      context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    },
  });
  const film = await Bun.file(path).bytes();
  await room.clear();
  const mark = Buffer.from(crypto.randomUUID());
  const free = Buffer.alloc(8);
  free.writeUInt32BE(free.length + mark.length);
  free.write("free", 4, "latin1");
  return new Uint8Array(Buffer.concat([film, free, mark]));
}
