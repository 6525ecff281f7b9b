/**
 * Another process on the same data directory: `bun notes_process.ts <dataDir> <command> [<number>]`. It prints a line
 * when it has begun and one when it is done.
 */
import { replay } from "../../src/event_log/mod.ts";
import { catalogue, METADATA, note, notesProjection, openNotes } from "./notes.ts";

const [dataDir = "", command, number = "0"] = process.argv.slice(2);

switch (command) {
  case "append": {
    using store = await openNotes(dataDir);
    console.log("ready");
    for (let index = 0; index < Number(number); index++) {
      await store.log.append(
        { stream: `other-${index}`, expected: "none", events: [note(`other ${index}`)] },
        METADATA,
      );
    }
    break;
  }
  case "append until told": {
    using store = await openNotes(dataDir);
    console.log("ready");
    let told = false;
    process.stdin.once("data", () => {
      told = true;
    });
    let index = 0;
    for (; !told; index++) {
      await store.log.append({ stream: `live-${index}`, expected: "none", events: [note(`live ${index}`)] }, METADATA);
      await Bun.sleep(1);
    }
    console.log(index);
    break;
  }
  case "rebuild": {
    let told = false;
    const onProgress = () => {
      if (!told) console.log("ready");
      told = true;
    };
    await replay({ dataDir, catalogue, projections: [notesProjection()], onProgress });
    break;
  }
}
console.log("done");
process.exit(0);
