import { distance } from "fastest-levenshtein";

/** Prefixes that only settings of Reelog have. */
const OWN = /^(REELOG_|ASSET_DOWNLOAD_|ALLOWED_ASSET_|BLOB_STORAGE_|SCENES_PER_VIDEO_)/;

/** The shortest name that is compared letter by letter: `POST` in an environment is no misspelt `PORT`. */
const SHORTEST = 7;
const MOST_DIFFERENT = 2;

/** A variable that looks like a setting and is none. */
export interface UnknownVariable {
  readonly variable: string;
  /** The setting that may have been meant. */
  readonly similar: string | undefined;
}

/** Finds the variables of an environment that look like settings and are none. */
export function unknownVariables(names: readonly string[], settings: readonly string[]): readonly UnknownVariable[] {
  return names
    .filter((name) => !settings.includes(name))
    .flatMap((variable) => {
      const similar = nearest(variable.replace(/^REELOG_/, ""), settings);
      return similar !== undefined || OWN.test(variable) ? [{ variable, similar }] : [];
    });
}

function nearest(name: string, settings: readonly string[]): string | undefined {
  if (settings.includes(name)) return name;
  const isClose = (setting: string) =>
    Math.min(name.length, setting.length) >= SHORTEST && distance(name.toUpperCase(), setting) <= MOST_DIFFERENT;
  return settings.find(isClose);
}
