/** A process that does nothing but be confined: whether it can is what its exit status tells. */
import { confineCalls } from "./confine.ts";

confineCalls({ memoryLimitBytes: 1024 ** 3 });
