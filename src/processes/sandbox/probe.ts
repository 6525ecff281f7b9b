/** A process that only confines itself: its exit status shows if that works. */
import { confineCalls } from "./confine.ts";

confineCalls({ memoryLimitBytes: 1024 ** 3 });
